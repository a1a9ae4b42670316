//! The words by which a command asks, and the options that answer it.

use super::Question;

/// Options with which a command takes the answer from elsewhere.
#[rustfmt::skip]
pub(super) const ANSWERED: [&str; 30] = [
    "-y", "-Y", "-yes", "--yes", "--assume-yes", "--assumeyes", "--noconfirm", "--no-confirm", "--non-interactive",
    "--noninteractive", "--no-interactive", "--no-interaction", "--no-input", "--noinput", "--batch", "--auto-approve",
    "-auto-approve", "--defaults", "--default", "--ci", "--CI", "--with-token", "--password-stdin", "--no-prompt",
    "--no-user-input", "--approve", "--help", "--version", "-input=false", "--service-principal",
];

/// Last words that open a console, whatever the program: `rails console`, `manage.py shell`.
pub(super) const CONSOLES: [&str; 9] =
    ["console", "repl", "tinker", "dbshell", "shell_plus", "dbconsole", "shell", "pdb", "ipdb"];

/// Words that ask who the user is, whatever the program.
pub(super) const LOGINS: [&str; 7] =
    ["login", "signin", "sign-in", "configure", "adduser", "createsuperuser", "changepassword"];

/// Programs that ask when one of their words is there.
pub(super) struct Asks {
    /// Their names.
    pub(super) programs: &'static [&'static str],
    /// Words of which one leads to the question; empty where all commands do.
    pub(super) words: &'static [&'static str],
    /// What they ask.
    pub(super) question: Question,
    /// Options of their own that answer it.
    pub(super) answers: &'static [&'static str],
}

const fn asks(
    question: Question,
    programs: &'static [&'static str],
    words: &'static [&'static str],
    answers: &'static [&'static str],
) -> Asks {
    Asks { programs, words, question, answers }
}

/// Commands by the words that lead to the question.
#[rustfmt::skip]
pub(super) const BY_WORDS: &[Asks] = &[
    asks(Question::Confirmation, &["terraform", "tofu", "terragrunt"], &["apply", "destroy", "import"], &[]),
    asks(Question::Console, &["rails"], &["c", "db"], &["-r"]),
    asks(Question::Confirmation, &["pulumi"], &["up", "destroy", "refresh"], &["--skip-preview"]),
    asks(Question::Confirmation, &["cdk"], &["deploy", "destroy"], &["--require-approval", "-f", "--force"]),
    asks(Question::Confirmation, &["unzip", "unrar"], &[], &["-o", "-n", "-l", "-t", "-p", "-Z", "-oq", "-qo", "-nq", "-qn", "-f", "-v"]),
    asks(Question::Confirmation, &["7z", "7za"], &["x", "e"], &["-aoa", "-aos"]),
    asks(Question::Confirmation, &["apt", "apt-get", "aptitude"], &["install", "remove", "purge", "upgrade", "dist-upgrade", "full-upgrade", "autoremove"], &["-qq", "-s"]),
    asks(Question::Confirmation, &["dnf", "yum"], &["install", "remove", "erase", "update", "upgrade"], &[]),
    asks(Question::Confirmation, &["zypper"], &["install", "in", "remove", "update"], &["-n"]),
    asks(Question::Confirmation, &["conda", "mamba", "micromamba"], &["install", "create", "remove", "update"], &[]),
    asks(Question::Confirmation, &["pip", "pip3"], &["uninstall"], &[]),
    asks(Question::Confirmation, &["choco", "winget"], &["install", "upgrade", "uninstall"], &["--accept-package-agreements"]),
    asks(Question::Confirmation, &["docker", "podman"], &["prune"], &["-f", "--force"]),
    asks(Question::Confirmation, &["gcloud"], &["delete", "deploy", "enable"], &["-q", "--quiet"]),
    asks(Question::Confirmation, &["manage.py"], &["flush", "collectstatic", "makemigrations"], &[]),
    asks(Question::Confirmation, &["prisma", "drizzle-kit"], &["dev", "reset", "push", "generate"], &["--force", "--name", "-n"]),
    asks(Question::Answers, &["npm", "yarn", "pnpm", "bun", "poetry", "composer", "gcloud", "eb", "amplify", "firebase", "vercel", "netlify",
        "hatch", "pdm", "serverless", "sam", "doctl"], &["init"], &["-f", "--force"]),
    asks(Question::Answers, &["npm", "yarn", "pnpm", "bun"], &["create"], &["--template", "-t"]),
    asks(Question::Answers, &["firebase", "vercel", "netlify"], &["link", "deploy"], &["--token", "--prod", "--project", "--only"]),
    asks(Question::Answers, &["gh"], &["create"], &["-f", "--fill", "--fill-first", "--fill-verbose", "-b", "--body", "-F", "--body-file", "-w", "--web", "--public",
          "--private", "--internal", "-n", "--notes", "--notes-file", "--generate-notes"]),
    asks(Question::Secret, &["openssl"], &["req", "genrsa", "genpkey", "pkcs12"], &["-nodes", "-noenc", "-subj", "-passout", "-passin", "-pass"]),
    asks(Question::Secret, &["npm", "gem", "twine", "cargo"], &["publish", "push", "upload"], &["--otp", "--token", "--dry-run"]),
    asks(Question::Editor, &["git"], &["mergetool", "difftool"], &[]),
    asks(Question::Editor, &["kubectl", "oc"], &["edit"], &[]),
    asks(Question::Editor, &["crontab", "visudo", "vipw", "vim", "vi", "nvim", "nano", "emacs", "pico"], &[], &["-l", "-es", "--headless", "-c", "-r"]),
];
