//! The product's own SQL for one acceptance, read from the source of the store so that it is always the same.

/// The statements of one acceptance, in their order.
pub struct Texts {
    pub find_answer: String,
    pub glance: String,
    pub lock_shift: String,
    pub lock_officer: String,
    pub positions: String,
    pub in_force: String,
    pub record: String,
    pub work: String,
    pub add_assignment: String,
    pub add_work: String,
    pub add_decision: String,
    pub recipients: String,
    pub add_notice: String,
    pub add_mail: String,
    pub lock_head: String,
    pub add_entry: String,
    pub add_subjects: String,
    pub move_head: String,
    pub keep_answer: String,
}

macro_rules! source {
    ($file:literal) => {
        include_str!(concat!("../../../../crates/store/src/", $file))
    };
}

impl Texts {
    pub fn read() -> Self {
        let (access, jobs, audit) = (source!("access.rs"), source!("jobs.rs"), source!("audit.rs"));
        let (facts, record) = (source!("distribution/facts.rs"), source!("distribution/record.rs"));
        let (assignments, notices) = (source!("distribution/assignments.rs"), source!("notices.rs"));
        Self {
            find_answer: text(access, "FIND_ANSWER"),
            glance: text(facts, "GLANCE"),
            lock_shift: text(jobs, "LOCK_SHIFT"),
            lock_officer: text(record, "LOCK"),
            positions: text(facts, "POSITIONS_WITH_SEATS"),
            in_force: text(source!("rates.rs"), "IN_FORCE"),
            record: text(record, "RECORD"),
            work: text(record, "WORK_OF_PERSON"),
            add_assignment: text(assignments, "ADD"),
            add_work: text(assignments, "ADD_WORK"),
            add_decision: text(source!("distribution.rs"), "ADD_DECISION"),
            recipients: text(notices, "OF_OFFICER"),
            add_notice: text(notices, "ADD_NOTICE"),
            add_mail: text(notices, "ADD_MAIL"),
            lock_head: text(audit, "HEAD"),
            add_entry: text(audit, "ADD_ENTRY"),
            add_subjects: text(audit, "ADD_THREE_SUBJECTS"),
            move_head: text(audit, "MOVE_HEAD"),
            keep_answer: text(access, "KEEP_ANSWER"),
        }
    }
}

/// The text of `const NAME: &str = "..."`, with continued lines joined as the compiler does.
fn text(source: &str, name: &str) -> String {
    let start = format!("const {name}: &str =");
    let (_, rest) = source.split_once(&start).unwrap_or_else(|| panic!("the store has no statement {name} any more"));
    let rest = &rest[rest.find('"').expect("a text") + 1..];
    let mut found = String::new();
    let mut signs = rest.chars();
    while let Some(sign) = signs.next() {
        match sign {
            '"' => break,
            '\\' if signs.as_str().starts_with('\n') => {
                let left = signs.as_str().trim_start();
                signs = left.chars();
            }
            '\\' => found.extend(signs.next()),
            plain => found.push(plain),
        }
    }
    found
}
