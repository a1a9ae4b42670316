//! A FIFO where a file is looked for.

use toolcoach::base::read::read;

#[cfg(unix)]
#[test]
fn a_fifo_is_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fifo");
    if !std::process::Command::new("mkfifo")
        .arg(&path)
        .status()
        .is_ok_and(|status| status.success())
    {
        eprintln!("skipped: no mkfifo");
        return;
    }
    assert_eq!(read(&path, 9).unwrap(), None);
}
