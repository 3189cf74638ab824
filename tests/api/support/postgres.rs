//! A PostgreSQL server of the locally installed binaries, for as long as this process runs.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A PostgreSQL server.
pub struct PostgresServer {
    /// The URL of one of its databases, with `{}` for the name.
    pub pattern: String,
}

impl PostgresServer {
    /// The URL of a database.
    pub fn url(&self, name: &str) -> String {
        self.pattern.replace("{}", name)
    }

    /// Starts a server with some options, which listens on a socket in a directory of its own. The shell
    /// around it waits for the end of its input, which comes with the end of this process, however that
    /// ends. `None` when PostgreSQL is not installed.
    pub fn start(options: &str) -> Option<Self> {
        let binaries = binaries()?;
        let script = r#"
        set -e
        dir=$(mktemp -d)
        trap 'rm -rf "$dir"' EXIT
        "$1/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --no-locale --no-sync >"$dir/log" 2>&1
        "$1/pg_ctl" start -w -s -D "$dir/data" -l "$dir/log" -o "-k $dir -c listen_addresses= $2" \
            </dev/null >&2
        echo "$dir"
        cat >/dev/null
        "$1/pg_ctl" stop -s -m immediate -D "$dir/data"
    "#;
        let mut command = as_other_than_root();
        command.args(["sh", "-c", script, "sh"]).arg(binaries).arg(options);
        let mut child: Child = command
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        let mut directory = String::new();
        let output = child.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut directory).expect("it says where it is");
        let directory = directory.trim();
        assert!(!directory.is_empty(), "PostgreSQL did not start");
        // Its input stays open for as long as this process runs.
        std::mem::forget(child);
        Some(Self { pattern: format!("postgres://postgres@localhost/{{}}?host={directory}") })
    }
}

/// Where PostgreSQL's programs are: in the path, or where Debian keeps them, newest version last.
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|it| it.path().join("bin")).collect();
    versions.sort();
    found.extend(versions);
    let is_whole = |it: &PathBuf| ["initdb", "pg_ctl"].iter().all(|name| it.join(name).exists());
    found.into_iter().rev().find(is_whole)
}

/// PostgreSQL refuses to run as root.
fn as_other_than_root() -> Command {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|it| it.stdout == b"0\n");
    if is_root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]);
        command
    } else {
        Command::new("env")
    }
}
