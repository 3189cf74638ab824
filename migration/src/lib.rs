//! The schema, step by step. Each step is one file, frozen once released, and spells its names out:
//! a step must mean the same for ever, so it never imports `entity`.

use sea_orm_migration::prelude::*;

mod m20261123_000001_foundation;
mod m20261125_000001_lists;
mod m20261125_000002_sign_in;

/// Every step, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_foundation::Migration),
            Box::new(m20261125_000001_lists::Migration),
            Box::new(m20261125_000002_sign_in::Migration),
        ]
    }
}
