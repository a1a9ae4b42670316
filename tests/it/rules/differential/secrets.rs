//! Files and variables with secrets, whatever their values hold.

use std::fs;
use std::path::Path;

use super::random::Random;

/// Secrets of one folder and environment.
#[derive(Debug, Clone, Default)]
pub struct Secrets {
    /// Texts that nobody may print.
    pub pieces: Vec<String>,
    /// Names and values of the environment.
    pub variables: Vec<(String, String)>,
    /// Paths and contents.
    files: Vec<(&'static str, String)>,
}

const NAMES: [&str; 10] = [
    "API_KEY",
    "DB_PASSWORD",
    "GITHUB_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "PRIVATE_KEY",
    "STRIPE_SECRET",
    "DATABASE_URL",
    "SESSION_SECRET",
    "npm_token",
    "Service.Key",
];
const FILES: [&str; 7] =
    [".env", ".env.local", "config/.env.production", ".npmrc", ".netrc", ".env", "credentials"];

impl Secrets {
    pub fn of(random: &mut Random) -> Self {
        let mut secrets = Self::default();
        for path in FILES {
            let mut text = String::from("# settings\nDEBUG=1\n");
            for _ in 0..1 + random.below(6) {
                text += &secrets.line(random);
            }
            if random.chance(30) {
                text = text.trim_end().to_owned();
            }
            secrets.files.push((path, text));
        }
        for name in &NAMES[..8] {
            if random.chance(50) {
                let value = secrets.value(random);
                secrets.variables.push(((*name).to_owned(), value));
            }
        }
        secrets
    }

    /// Writes the files.
    pub fn write(&self, folder: &Path) {
        for (path, text) in &self.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    /// A random text that must stay unseen.
    fn piece(&mut self, random: &mut Random) -> String {
        const CHARS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        let length = 20 + random.below(20);
        let piece: String = (0..length).map(|_| char::from(random.pick(CHARS))).collect();
        self.pieces.push(piece.clone());
        piece
    }

    fn value(&mut self, random: &mut Random) -> String {
        let piece = self.piece(random);
        match random.below(10) {
            0 => format!("{piece}=="),
            1 => {
                let (second, third) = (self.piece(random), self.piece(random));
                format!(
                    "-----BEGIN RSA PRIVATE KEY-----\n{piece}\n{second}=\n{third}\n-----END RSA PRIVATE KEY-----"
                )
            }
            2 => format!("{{\"type\": \"service\",\n  \"private_key\": \"{piece}\",\n  \"b\": 1}}"),
            3 => format!("postgres://user:{piece}@db/x?a=b"),
            4 => format!("first line\nNAME: {piece}\nOTHER={piece}"),
            5 => format!("it's \"{piece}\" $x"),
            6 => format!("ghp_{piece}"),
            7 => format!("a={piece}"),
            8 => format!("  {piece}"),
            _ => piece,
        }
    }

    fn line(&mut self, random: &mut Random) -> String {
        let (name, value) = (random.pick(&NAMES), self.value(random));
        match random.below(10) {
            0 => format!("export {name}={value}\n"),
            1 => format!("{name}: {value}\n"),
            2 => format!("{name} = \"{value}\"\n"),
            3 => format!("# {name}={value}\n"),
            4 => format!("{name}='{value}'\n"),
            5 => format!("//registry.example.com/:_authToken={value}\n"),
            6 => format!("machine example.com login me password {value}\n"),
            7 => format!("{name}=\\\n{value}\n"),
            _ => format!("{name}={value}\n"),
        }
    }
}
