//! What people run.

#[cfg(unix)]
pub mod adapters;
mod alerts;
mod check;
mod company;
pub mod completions;
pub mod custom_rules;
#[cfg(unix)]
pub mod doctor;
#[cfg(unix)]
pub mod doctor_agents;
#[cfg(unix)]
pub mod doctor_forms;
#[cfg(unix)]
pub mod doctor_parts;
pub mod explain;
mod export;
pub mod install;
pub mod install_files;
#[cfg(unix)]
mod install_lasting;
#[cfg(unix)]
mod install_managed;
pub mod install_places;
pub mod install_refusals;
pub mod log;
pub mod mutes;
pub mod numbers;
mod otlp;
mod packages;
pub mod pages;
pub mod plugin;
pub mod replay;
mod replay_copies;
mod replay_html;
mod replay_trial;
pub mod settings;
pub mod stats;
mod stats_effect;
pub mod stats_forms;
mod stats_html;
pub mod trust;
