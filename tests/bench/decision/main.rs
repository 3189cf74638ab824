//! What a decision costs, beside casbin and Cedar on the same rules and accesses in the same run, and
//! what only Rolecall has: explaining, and comparing what two sets of rules allow. Before anything is
//! measured, all must decide alike. No figure is asserted, because machines are noisy: compare the
//! ratios. The command is in the README.

mod contenders;
mod office;

use std::hint::black_box;
use std::time::{Duration, Instant};

use contenders::Contender;
use office::{Office, Parts, Rules};
use rolecall::domain::access::{Policy, Reason, Rule, explain};

/// The allocator of Rolecall's binary, for all.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Turns that each job takes; the middle one counts.
const ROUNDS: usize = 9;
/// How long a turn takes at least.
const TURN: Duration = Duration::from_millis(20);
/// The rules of a user in 10 groups, which carry 5 roles of 20 rules each.
const RULES: usize = 10 * 5 * 20;
const ACCESSES: u16 = 1_000;

type Job<'a> = Box<dyn Fn() + 'a>;

fn main() {
    let mut office = Office::new(RULES, 1);
    let rules = office.rules(RULES);
    let accesses = office.accesses(ACCESSES.into(), &rules);
    let contenders = contenders::all(&rules, &accesses);
    let reasons = check(&contenders, &rules, &accesses);
    let count = |reason| reasons.iter().filter(|it| **it == reason).count();
    println!(
        "{RULES} rules, {ACCESSES} accesses ({} allowed, {} denied, {} matched by no rule): medians of \
         {ROUNDS} turns",
        count(Reason::Allowed),
        count(Reason::DeniedByRule),
        count(Reason::NoMatchingRule),
    );
    compare(&contenders);
    alone(&rules, &accesses);
    growth();
}

/// Sees to it that all contenders decide every access as the definition says, and gives the reasons.
fn check(contenders: &[Contender], rules: &Rules, accesses: &[Parts]) -> Vec<Reason> {
    let decided = accesses.iter().enumerate().map(|(number, access)| {
        let reason = why(rules, access).0;
        for contender in contenders {
            let is_allowed = (contender.decide)(number);
            assert_eq!(is_allowed, reason.is_allowed(), "{} on {access:?}", contender.name);
        }
        reason
    });
    decided.collect()
}

fn why<'a>(rules: &'a Rules, [bundle, controller, action]: &Parts) -> (Reason, Vec<Rule<'a>>) {
    let found = explain(rules.iter().map(|rule| (rule, rule)), bundle, controller, action);
    (found.reason, found.decided_by)
}

fn compare(contenders: &[Contender]) {
    let mut jobs: Vec<Job> = Vec::new();
    for contender in contenders {
        jobs.push(Box::new(|| {
            for number in 0..ACCESSES.into() {
                black_box((contender.decide)(black_box(number)));
            }
        }));
        jobs.push(Box::new(&contender.load));
    }
    let medians = medians(&jobs);
    println!("{:<22}{:>12}{:>9}{:>12}{:>9}", "", "a decision", "ratio", "loading", "ratio");
    for (contender, figures) in contenders.iter().zip(medians.chunks(2)) {
        let [decision, loading] = [0, 1].map(|it| (figures[it], figures[it] / medians[it]));
        println!(
            "{:<22}{:>12}{:>9}{:>12}{:>9}",
            contender.name,
            time(decision.0 / f64::from(ACCESSES)),
            ratio(decision.1),
            time(loading.0),
            ratio(loading.1),
        );
    }
}

fn alone(rules: &Rules, accesses: &[Parts]) {
    let explaining: Job = Box::new(|| {
        for access in accesses {
            black_box(why(rules, black_box(access)));
        }
    });
    let explaining = medians(&[explaining])[0] / f64::from(ACCESSES);
    println!("\n{:<22}{:>12}", "an explanation", time(explaining));
}

/// How comparing what rules allow grows with their number, on each side.
fn growth() {
    const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
    let pairs = SIZES.map(pairs);
    let jobs = pairs.iter().flatten().map(|(_, mine, theirs)| -> Job {
        Box::new(|| drop(black_box(mine.lacks(black_box(theirs)))))
    });
    let medians = medians(&jobs.collect::<Vec<_>>());
    let [few, more, many] = SIZES;
    println!(
        "{:<22}{few:>12}{more:>12}{:>9}{many:>12}{:>9}",
        "what is lacking of", "growth", "growth"
    );
    for (row, (name, ..)) in pairs[0].iter().enumerate() {
        let [few, more, many] = [0, 1, 2].map(|size| medians[size * pairs[0].len() + row]);
        println!(
            "{name:<22}{:>12}{:>12}{:>9}{:>12}{:>9}",
            time(few),
            time(more),
            ratio(more / few),
            time(many),
            ratio(many / more),
        );
    }
}

/// Rules of such a number to compare: the second have nothing that the first lack, but for another's.
fn pairs(size: usize) -> [(&'static str, Policy, Policy); 3] {
    let [one, same, other] = [1, 1, 2].map(|seed| Office::new(size, seed).rules(size));
    let [all, hostile] = office::hostile(size);
    let pairs = [
        ("the same rules", &one, &same, false),
        ("another user's", &one, &other, true),
        ("hostile rules", &all, &hostile, false),
    ];
    pairs.map(|(name, mine, theirs, is_lacking)| {
        let [mine, theirs] = [mine, theirs].map(|rules| Policy::compile(rules.iter()));
        assert_eq!(mine.lacks(&theirs).is_some(), is_lacking, "{size} of {name}");
        (name, mine, theirs)
    })
}

/// Nanoseconds that each job takes, the jobs taking turns. The first turn warms up and does not count.
fn medians(jobs: &[Job]) -> Vec<f64> {
    let mut figures = vec![Vec::new(); jobs.len()];
    for round in 0..=ROUNDS {
        for (job, figures) in jobs.iter().zip(&mut figures) {
            let figure = turn(job);
            if round > 0 {
                figures.push(figure);
            }
        }
    }
    let middle = figures.into_iter().map(|mut figures| {
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    });
    middle.collect()
}

fn turn(job: &Job) -> f64 {
    let started = Instant::now();
    let mut times = 0.0;
    loop {
        job();
        times += 1.0;
        let elapsed = started.elapsed();
        if elapsed >= TURN {
            return elapsed.as_secs_f64() * 1e9 / times;
        }
    }
}

fn time(nanoseconds: f64) -> String {
    let units = [("ns", 1.0), ("us", 1e3), ("ms", 1e6)];
    let fits = |(_, unit): &(_, f64)| nanoseconds >= *unit;
    let (name, unit) = units.into_iter().rev().find(fits).unwrap_or(units[0]);
    format!("{} {name}", digits(nanoseconds / unit))
}

fn ratio(ratio: f64) -> String {
    format!("x{}", digits(ratio))
}

/// Three digits, or as many as stand before the point.
fn digits(number: f64) -> String {
    let decimals = if number < 10.0 { 2 } else { usize::from(number < 100.0) };
    format!("{number:.decimals$}")
}
