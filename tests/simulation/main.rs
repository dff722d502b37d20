//! The whole protocol, simulated: the machines, gates and rules that ship, between people, browsers, a network and
//! attackers, in an order that a seed decides.
//!
//! The property: each approval has one presence and one verdict of the same device key, for the same check, held by the
//! browser that asked. [`ledger`] has it in clauses. A seed that breaks one is made as small as it gets and printed with
//! its trace; `SELFSAME_SEED=N` runs it alone.

mod agent;
mod cast;
mod ledger;
mod links;
mod mutant;
mod page;
mod plan;
mod random;
mod server;
mod tricks;
mod world;

use std::{
    env,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    thread,
};

use mutant::Mutant;
use plan::Plan;
use world::{Outcome, run};

/// How many seeds are run with every change; `make simulate` runs more.
const SEEDS: u64 = 10_000;
/// A mutant that is not caught within so many seeds is not caught.
const MUTANTS_SEEDS: u64 = 6_000;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok()?.parse().ok()
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// A plan without everything that its failure does not need.
fn smallest(seed: u64, mutant: Option<Mutant>) -> Plan {
    let mut plan = Plan::of(seed);
    let clause = |plan: &Plan| {
        run(seed, plan, mutant, false)
            .broken
            .map(|broken| broken.clause)
    };
    let wanted = clause(&plan);
    let mut index = plan.acts.len();
    while index > 0 {
        index -= 1;
        let mut less = plan.clone();
        less.acts.remove(index);
        if clause(&less) == wanted {
            plan = less;
        }
    }
    plan
}

fn report(seed: u64, mutant: Option<Mutant>) -> String {
    let plan = smallest(seed, mutant);
    let Outcome { broken, trace, .. } = run(seed, &plan, mutant, true);
    let clause = broken.map_or("nothing", |broken| broken.clause);
    format!(
        "seed {seed} breaks: {clause}\nagain: SELFSAME_SEED={seed} cargo test -p selfsame-tests --test simulation\n\
         {plan:#?}\n{}",
        trace.join("\n")
    )
}

#[test]
fn each_approval_has_one_presence_and_one_verdict_of_one_device_for_the_browser_that_asked() {
    if let Some(seed) = number("SELFSAME_SEED") {
        let broken = run(seed, &Plan::of(seed), None, false).broken;
        assert_eq!(broken, None, "{}", report(seed, None));
        return;
    }
    let seeds = number("SELFSAME_SEEDS").unwrap_or(SEEDS);
    let (next, failed) = (AtomicU64::new(0), AtomicU64::new(u64::MAX));
    let (approved, signed_in) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                while failed.load(Ordering::Relaxed) == u64::MAX {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds {
                        break;
                    }
                    let outcome = run(seed, &Plan::of(seed), None, false);
                    approved.fetch_add(outcome.approved, Ordering::Relaxed);
                    signed_in.fetch_add(outcome.sign_ins, Ordering::Relaxed);
                    if outcome.broken.is_some() {
                        failed.fetch_min(seed, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner();
    assert!(failed == u64::MAX, "{}", report(failed, None));
    let (approved, signed_in) = (approved.into_inner(), signed_in.into_inner());
    println!("{seeds} seeds: {approved} of {signed_in} sign-ins were approved");
    // A world in which nobody is approved would hold any property.
    assert!(
        approved * 10 > signed_in,
        "{approved} of {signed_in} sign-ins were approved"
    );
}

#[test]
fn without_any_one_of_its_checks_the_protocol_is_broken_within_some_thousand_seeds() {
    let (next, missed) = (AtomicUsize::new(0), std::sync::Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..threads() {
            scope.spawn(|| {
                while let Some(&mutant) = Mutant::ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let caught = (0..MUTANTS_SEEDS).find_map(|seed| {
                        let broken = run(seed, &Plan::of(seed), Some(mutant), false).broken?;
                        Some((seed, broken.clause))
                    });
                    match caught {
                        Some((seed, clause)) => println!("{mutant:?}: seed {seed}: {clause}"),
                        None => missed.lock().expect("no thread panics").push(mutant),
                    }
                }
            });
        }
    });
    let missed = missed.into_inner().expect("no thread panics");
    assert!(missed.is_empty(), "not caught: {missed:?}");
}

#[test]
fn a_seed_runs_the_same_way_each_time() {
    for seed in [1, 2, 3] {
        let trace = || run(seed, &Plan::of(seed), None, true).trace;
        assert_eq!(trace(), trace());
    }
}

#[test]
fn the_list_of_mutants_is_in_the_security_page() {
    let page = include_str!("../../docs/security.md");
    for mutant in Mutant::ALL {
        assert!(
            page.contains(mutant.words()),
            "{mutant:?}: {}",
            mutant.words()
        );
    }
}
