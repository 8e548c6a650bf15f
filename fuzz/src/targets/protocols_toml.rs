//! A file of interview protocols: any text; what is accepted protects the child and can be followed.

use saferoom::practice::Protocols;

pub(crate) fn run(text: &str) {
    let Ok(protocols) = Protocols::parse(text) else { return };
    for protocol in protocols.all() {
        assert!(protocols.get(&protocol.code, Some(&protocol.version)).is_some());
        for phase in protocol.phases.iter().filter(|phase| phase.substantive) {
            assert!(phase.needs.iter().any(|need| need == "introduction"));
            assert!(phase.needs.iter().any(|need| need == "ground_rules"));
        }
        for code in protocol.phases.iter().flat_map(|phase| phase.needs.iter().chain(&phase.settled)) {
            assert!(protocol.phase(code).is_some());
        }
    }
}
