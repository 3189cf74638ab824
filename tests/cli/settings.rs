//! Settings: what makes no sense is told in one sentence.

use crate::process::Place;

const FREE: [&str; 2] = ["--listen", "127.0.0.1:0"];

#[test]
fn a_setting_that_makes_no_sense_is_one_sentence_and_code_2() {
    let place = Place::new();
    let unreadable = place.file("bytes", b"\xff\xfe");
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("DATABASE_URL", "mysql://x")], "DATABASE_URL must start with sqlite:// or postgres://"),
        (&[("DATABASE_URL", "")], "DATABASE_URL must start with sqlite:// or postgres://"),
        (
            &[("DATABASE_URL", "sqlite::memory:")],
            "DATABASE_URL names a database in memory, which would lose everything: name a file",
        ),
        (
            &[("DATABASE_URL", "sqlite://x?mode=memory")],
            "DATABASE_URL names a database in memory, which would lose everything: name a file",
        ),
        (
            &[("DATABASE_URL", "sqlite://x"), ("DATABASE_URL_FILE", "url")],
            "DATABASE_URL and DATABASE_URL_FILE are both set: give one of them",
        ),
        (
            &[("ROLECALL_ADMIN_PASSWORD", "x"), ("ROLECALL_ADMIN_PASSWORD_FILE", "y")],
            "ROLECALL_ADMIN_PASSWORD and ROLECALL_ADMIN_PASSWORD_FILE are both set: give one of them",
        ),
        (
            &[("DATABASE_URL_FILE", "nowhere")],
            "DATABASE_URL_FILE names nowhere, which cannot be read: No such file or directory (os error 2)",
        ),
        (
            &[("ROLECALL_ADMIN_PASSWORD_FILE", &unreadable)],
            "ROLECALL_ADMIN_PASSWORD_FILE names {}, which cannot be read: stream did not contain valid UTF-8",
        ),
        (
            &[("ROLECALL_LOG", "///")],
            "\"///\" is no log filter (ROLECALL_LOG): invalid filter directive",
        ),
        (
            &[("ROLECALL_ADMIN_EMAIL", "nobody")],
            "the first administrator's e-mail or password is refused: email: This must be an e-mail \
             address such as ada@example.org.",
        ),
    ];
    for (env, sentence) in cases {
        let outcome = place.run_with(&FREE, env, "");
        outcome.refused(2, &sentence.replace("{}", &unreadable));
    }
}

#[test]
fn a_command_line_that_cannot_be_read_is_one_sentence_and_code_2() {
    let place = Place::new();
    let cases: &[(&[&str], &str)] = &[
        (&["--nope"], "unexpected argument '--nope' found (rolecall --help)"),
        (&["nope"], "unrecognized subcommand 'nope' (rolecall --help)"),
        (
            &["--listen", "nope"],
            "invalid value 'nope' for '--listen <ADDRESS>': invalid socket address syntax (rolecall --help)",
        ),
        (
            &["--database-connections", "1"],
            "invalid value '1' for '--database-connections <NUMBER>': 1 is not in 2..=1000 (rolecall --help)",
        ),
        (
            &["--max-nesting", "65"],
            "invalid value '65' for '--max-nesting <NUMBER>': 65 is not in 1..=64 (rolecall --help)",
        ),
        (
            &["--introspection", "some"],
            "invalid value 'some' for '--introspection <WHO>' [possible values: everyone, signed-in, nobody] \
             (rolecall --help)",
        ),
        (
            &["--session-idle", "soon"],
            "invalid value 'soon' for '--session-idle <TIME>': expected number at 0 (rolecall --help)",
        ),
        (
            &["--session-lifetime", "0s"],
            "invalid value '0s' for '--session-lifetime <TIME>': must be between 1s and 1y (rolecall --help)",
        ),
        (
            &["--public-url", "https://example.org/admin"],
            "invalid value 'https://example.org/admin' for '--public-url <URL>': must be like \
             https://roles.example.org (rolecall --help)",
        ),
        (
            &["--trusted-proxies", "10.0.0.0/8,proxy"],
            "invalid value 'proxy' for '--trusted-proxies <NETWORKS>': must be an address or a network such \
             as 10.0.0.0/8 (rolecall --help)",
        ),
        (
            &["user", "unblock"],
            "the following required arguments were not provided: --email <EMAIL> (rolecall --help)",
        ),
        (&["user"], "this command wants another one after it (rolecall help COMMAND)"),
        (
            &["user", "create", "--email", "a@example.org"],
            "the following required arguments were not provided: --group <TITLE> (rolecall --help)",
        ),
        (
            &["token", "create"],
            "the following required arguments were not provided: --user <EMAIL> --name <NAME> (rolecall --help)",
        ),
    ];
    for (arguments, sentence) in cases {
        place.run(arguments).refused(2, sentence);
    }
    assert!(place.is_empty());
}

#[test]
fn a_bad_setting_is_told_even_where_the_port_is_taken() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    place
        .run(&["--listen", &address, "--database-url", "mysql://x"])
        .refused(2, "DATABASE_URL must start with sqlite:// or postgres://");
}

#[test]
fn a_database_that_cannot_be_used_is_one_sentence_and_code_1() {
    let place = Place::new();
    let corrupt = format!("sqlite://{}", place.file("corrupt.db", [7; 10_000]));
    let cases = [
        (
            "sqlite://missing.db",
            "the database cannot be opened: error returned from database: (code: 14) unable to open database file",
        ),
        (
            "sqlite://no/such/directory/rolecall.db?mode=rwc",
            "the database cannot be opened: error returned from database: (code: 14) unable to open database file",
        ),
        (
            &corrupt,
            "the database cannot be opened: error returned from database: (code: 26) file is not a database",
        ),
        (
            "postgres://user:secret@127.0.0.1:1/rolecall",
            "the database cannot be reached: pool timed out while waiting for an open connection",
        ),
    ];
    for (url, sentence) in cases {
        // What cannot be reached takes seconds to tell.
        let commands = [&FREE[..], &["check"], &["migrate", "--status"], &["migrate"]];
        let count = if url.starts_with("postgres") { 1 } else { commands.len() };
        for command in &commands[..count] {
            place.run_with(command, &[("DATABASE_URL", url)], "").refused(1, sentence);
        }
    }
}

#[test]
fn a_database_that_a_newer_version_used_is_left_alone() {
    let place = Place::new();
    place.run(&["migrate"]).succeeded();
    place.sql("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9_future', 0)");
    let reason = "a newer version of rolecall has used it, and this one does not know its tables";
    let outdated = format!("the database cannot be brought up to date: {reason}");
    for command in [&FREE[..], &["migrate"], &["token", "create", "--user=a", "--name=b"]] {
        place.run(command).refused(1, &outdated);
    }
    let unread = format!("the database's state cannot be read: {reason}");
    place.run(&["migrate", "--status"]).refused(1, &unread);
    let check = place.run(&["check"]);
    assert_eq!((check.code, check.err), (Some(1), format!("rolecall: {unread}\n")));
}

#[test]
fn a_database_url_may_come_from_a_file_or_a_flag() {
    let place = Place::new();
    let file = place.file("url", "sqlite://from-file.db?mode=rwc\n");
    place.run_with(&["migrate"], &[("DATABASE_URL_FILE", &file)], "").succeeded();
    let env = [("DATABASE_URL", "sqlite://from-env.db?mode=rwc")];
    place.run_with(&["--database-url=sqlite://flag.db?mode=rwc", "migrate"], &env, "").succeeded();
    let is_there = |name: &str| place.path().join(name).exists();
    assert!(is_there("from-file.db") && is_there("flag.db") && !is_there("from-env.db"));
    assert!(!is_there("rolecall.db"));
}

#[test]
fn help_lists_every_setting_and_no_secret() {
    let place = Place::new();
    let env =
        [("DATABASE_URL", "postgres://u:hunter2@h/n"), ("ROLECALL_ADMIN_PASSWORD", "hunter2")];
    let help = place.run_with(&["--help"], &env, "").succeeded();
    assert!(!help.contains("hunter2"), "{help}");
    for name in [
        "DATABASE_URL",
        "DATABASE_URL_FILE",
        "ROLECALL_DATABASE_CONNECTIONS",
        "ROLECALL_LISTEN",
        "ROLECALL_PUBLIC_URL",
        "ROLECALL_TRUSTED_PROXIES",
        "ROLECALL_SESSION_IDLE",
        "ROLECALL_SESSION_LIFETIME",
        "ROLECALL_METRICS_LISTEN",
        "ROLECALL_ADMIN_EMAIL",
        "ROLECALL_ADMIN_PASSWORD",
        "ROLECALL_ADMIN_PASSWORD_FILE",
        "ROLECALL_INTROSPECTION",
        "ROLECALL_LOG",
        "ROLECALL_MAX_BODY_BYTES",
        "ROLECALL_MAX_SECONDS",
        "ROLECALL_MAX_QUERY_BYTES",
        "ROLECALL_MAX_NESTING",
        "ROLECALL_MAX_TOKENS",
        "ROLECALL_MAX_ALIASES",
        "ROLECALL_MAX_ROOT_MUTATIONS",
        "ROLECALL_MAX_SELECTIONS",
        "ROLECALL_MAX_COMPLEXITY",
        "ROLECALL_MAX_SOCKETS",
        "ROLECALL_MAX_SOCKET_OPERATIONS",
    ] {
        assert!(help.contains(&format!("[env: {name}")), "{name} is not in {help}");
    }
    for line in help.lines().filter(|line| line.trim_start().starts_with("--")) {
        let flag = line.split_whitespace().next().expect("a flag").trim_start_matches("--");
        if flag != "help" && flag != "version" {
            let name = flag.replace('-', "_").to_uppercase();
            let known = help.contains(&format!("[env: {name}"))
                || help.contains(&format!("[env: ROLECALL_{name}"));
            assert!(known, "--{flag} has no environment variable");
        }
    }
    for command in ["serve", "migrate", "schema", "seed", "user", "token", "check"] {
        assert!(help.contains(&format!("\n  {command} ")), "{command} is not in {help}");
    }
    let version = place.run(&["--version"]).succeeded();
    assert_eq!(version, concat!("rolecall ", env!("CARGO_PKG_VERSION"), "\n"));
}
