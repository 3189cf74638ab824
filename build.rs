//! Puts the built pages into release binaries; debug ones read the files when asked for them.

fn main() {
    let embed = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let pages =
        [("admin-ui", "clients/admin-ui/dist/assets"), ("graphiql", "clients/graphiql/dist")];
    memory_serve::load_names_directories(pages, embed);
}
