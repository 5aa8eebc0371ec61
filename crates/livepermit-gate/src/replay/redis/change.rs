//! How an operator gives a zone other settings.

use livepermit::Timestamp;

use super::answer::{Reply, Says, foreign};
use super::link::LinkError;
use super::question::{Mode, Question};
use super::settings::Settings;
use super::{
    RedisReplay, RedisReplayBuilder, ReplayStore as _, StoreError, StoreErrorKind, no_identity,
    operated, out_of_memory,
};

impl RedisReplay {
    pub(super) fn change(builder: RedisReplayBuilder, now: Timestamp) -> Result<Self, StoreError> {
        // The zone may have had more shards, and gates that still ask them.
        let store = Self::linked(builder, Self::MAX_SHARDS)?;
        let shards = store.keys.shards();
        let before = store.theirs(0)?.map_or(shards, |theirs| theirs.shards);
        if before > Self::MAX_SHARDS {
            return Err(foreign());
        }
        // When each shard has the new settings, no gate with the old ones is answered any more.
        // Only then does the wait begin: a code may now belong to a shard that was changed before
        // the shard that last admitted the code. The first shard, which tells how many there were,
        // is the last to be changed, so that a change that was broken off can be done again.
        for _ in 0..2 {
            for shard in (0..before.max(shards)).rev() {
                store.change_shard(shard, now)?;
            }
        }
        store.keep_alive(now)?;
        Ok(store)
    }

    fn change_shard(&self, shard: usize, now: Timestamp) -> Result<(), StoreError> {
        let (from, limits) = match self.theirs(shard)? {
            None => (String::new(), self.retention),
            // What was admitted under the old limits must not matter when the wait ends.
            Some(theirs) => (theirs.text(), theirs.wider(self.retention)),
        };
        let witness = self.witnesses.get(shard);
        let settings = self.settings(shard);
        let question = self.question(Mode::Change(&from), settings, limits, now, &witness)?;
        match self.told(shard, &question)? {
            Says::OtherSettings(_) => {
                let reason = "somebody else changes the zone's settings now; look, then try again";
                Err(StoreError::of(StoreErrorKind::Setup, reason))
            }
            says => operated(&says, now),
        }
    }

    /// The settings of a shard, if it has others than this store.
    pub(super) fn theirs(&self, shard: usize) -> Result<Option<Settings>, StoreError> {
        let (witness, settings) = (self.witnesses.get(shard), self.settings(shard));
        let now = Timestamp::MIN;
        let question = self.question(Mode::Check, settings, self.retention, now, &witness)?;
        match self.told(shard, &question)? {
            Says::SameSettings => Ok(None),
            Says::OtherSettings(theirs) => Settings::parse(&theirs).map(Some).ok_or_else(foreign),
            _ => Err(foreign()),
        }
    }

    /// Asks, and learns nothing about the memory.
    fn told(&self, shard: usize, question: &Question<'_>) -> Result<Says, StoreError> {
        match self.ask(shard, question) {
            Ok(Reply { says: Says::NoIdentity(why), .. }) => Err(no_identity(&why)),
            Ok(reply) => Ok(reply.says),
            Err(LinkError::Store(error)) => Err(error),
            Err(LinkError::OutOfMemory) => Err(out_of_memory()),
        }
    }
}
