//! Recognises the names of variables, options and fields that contain secrets.

/// Whether a variable, option, header or parameter of this name contains a secret: `GITHUB_TOKEN`,
/// `--api-key`, `clientSecret`. The last part of the name decides, so `TOKEN_FILE`, `SECRET_NAME`
/// and `KEYBOARD` do not.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let parts = parts(name);
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    if parts.iter().any(|part| matches!(*part, "public" | "publishable" | "anon" | "pub")) {
        return false;
    }
    match parts.as_slice() {
        [.., "token" | "secret" | "apikey" | "secretkey" | "accesskey"] => true,
        [.., before, "key"] => {
            matches!(
                *before,
                "api"
                    | "access"
                    | "secret"
                    | "private"
                    | "auth"
                    | "encryption"
                    | "signing"
                    | "master"
            )
        }
        _ => is_password_name(name),
    }
}

/// Whether a variable or option of this name contains a password.
pub(crate) fn is_password_name(name: &str) -> bool {
    matches!(
        parts(name).last().map(String::as_str),
        Some("password" | "passwd" | "passphrase" | "pgpassword" | "pwd")
    ) && !name.eq_ignore_ascii_case("pwd")
        && !name.eq_ignore_ascii_case("oldpwd")
}

/// The words of a name in lower case. A name is split at everything but letters and digits, and
/// between a lower-case letter and a capital.
pub(crate) fn parts(name: &str) -> Vec<String> {
    let mut parts: Vec<String> = vec![String::new()];
    let mut follows_lower = false;
    for c in name.chars() {
        let begins_word = c.is_ascii_uppercase() && follows_lower;
        follows_lower = c.is_ascii_lowercase();
        if begins_word || !c.is_ascii_alphanumeric() {
            parts.push(String::new());
        }
        if c.is_ascii_alphanumeric()
            && let Some(last) = parts.last_mut()
        {
            last.push(c.to_ascii_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_of_a_name_decides() {
        for name in [
            "GITHUB_TOKEN",
            "API_KEY",
            "apiKey",
            "clientSecret",
            "--auth-token",
            "X-Api-Key",
            "DB_PASSWORD",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "MAX_TOKENS",
            "TOKENIZERS_PARALLELISM",
            "KEYBOARD",
            "MONKEY",
            "TOKEN_FILE",
            "SECRET_NAME",
            "CACHE_KEY",
            "NEXT_PUBLIC_API_KEY",
            "SUPABASE_ANON_KEY",
            "PWD",
            "OLDPWD",
            "KEY",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
