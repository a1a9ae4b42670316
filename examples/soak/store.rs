//! The state folder from outside: what it takes, and how a day passes for it.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use toolcoach::base::calendar::Utc;

const DAY: Duration = Duration::from_secs(86_400);

/// Files of the state folder, and their bytes.
pub(crate) fn size(state: &Path) -> (usize, u64) {
    let files = files(state);
    (files.len(), files.iter().map(|path| fs::metadata(path).unwrap().len()).sum())
}

/// A day passes: the files' dates are set back, and with `contents` the times in them too.
pub(crate) fn age(state: &Path, contents: bool) {
    for path in files(state) {
        let modified = fs::metadata(&path).unwrap().modified().unwrap() - DAY;
        if contents {
            let text = fs::read_to_string(&path).unwrap();
            if !text.is_empty() {
                fs::write(&path, a_day_earlier(&text)).unwrap();
            }
        }
        let file = File::options().append(true).open(&path).unwrap();
        file.set_modified(modified).unwrap();
    }
}

/// The text with each number of 13 digits, which is a unix time in ms, and each `day`, which is a
/// date or a number of days, set back by a day.
fn a_day_earlier(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\":") {
        let (before, value) = rest.split_at(at + 2);
        out.push_str(before);
        let digits = value.bytes().take_while(u8::is_ascii_digit).count();
        rest = if digits == 13 {
            let ms = value[..digits].parse::<u64>().unwrap() - DAY.as_millis() as u64;
            out.push_str(&ms.to_string());
            &value[digits..]
        } else if before.ends_with("\"day\":") && digits > 0 {
            out.push_str(&(value[..digits].parse::<u64>().unwrap() - 1).to_string());
            &value[digits..]
        } else if before.ends_with("\"day\":") {
            let date = &value[1..11];
            let noon = Utc::parse(&format!("{date}T12:00:00Z")).unwrap();
            out.push_str(&format!("\"{}", Utc(noon.0 - DAY.as_millis() as u64).date()));
            &value[11..]
        } else {
            value
        };
    }
    out.push_str(rest);
    out
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let listed = |folder: &Path| {
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path())
    };
    listed(folder).chain(listed(&folder.join("sessions"))).filter(|path| path.is_file()).collect()
}
