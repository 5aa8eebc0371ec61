use livepermit::field::{ClaimError, Name};

/// The names of a reader: its gate, its lane, and the zone into which it leads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GatePlace {
    gate: Name,
    lane: Name,
    zone: Name,
}

impl GatePlace {
    /// The reader `lane` of `gate`, which leads into `zone`. Each name has 1 to 128 visible ASCII
    /// characters. Gates into the same place use the same zone and the same store.
    ///
    /// # Errors
    /// [`ClaimError`], which names the field that breaks the rule.
    pub fn new(gate: &str, lane: &str, zone: &str) -> Result<Self, ClaimError> {
        let name =
            |field, text: &str| Name::new(text).map_err(|error: ClaimError| error.of_field(field));
        Ok(Self { gate: name("gate", gate)?, lane: name("lane", lane)?, zone: name("zone", zone)? })
    }

    /// The name of the gate.
    #[must_use]
    pub fn gate(&self) -> &str {
        self.gate.as_str()
    }

    /// The name of the lane, that is, of the reader.
    #[must_use]
    pub fn lane(&self) -> &str {
        self.lane.as_str()
    }

    /// The name of the zone.
    #[must_use]
    pub fn zone(&self) -> &str {
        self.zone.as_str()
    }
}
