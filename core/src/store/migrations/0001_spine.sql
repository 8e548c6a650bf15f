-- The spine. What each column shows to a thief stands in SECURITY.md, "What stands in clear"; a test compares the two.
-- Ids are random. Every `sealed` and `groups` column is ciphertext; digests are of ciphertext or of random ids.

CREATE TABLE vault (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    vault BLOB NOT NULL,
    device BLOB NOT NULL
) STRICT;

-- Who is a member and which circles there are: a hash-chained list, each entry sealed to all members.
CREATE TABLE roster (
    position INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;

-- Wrapped for one recipient each, and found by a slot that only the members can compute: circle secrets (no session), and
-- the keys under which a session wrapped data keys for somebody (with the session).
CREATE TABLE slot (
    slot BLOB PRIMARY KEY,
    session INTEGER,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per sign-in: the key that signs its commits, who certified it (sealed), the key of its log entries (sealed).
CREATE TABLE session (
    number INTEGER PRIMARY KEY,
    device BLOB NOT NULL,
    public_key BLOB NOT NULL,
    certificate BLOB NOT NULL,
    envelope BLOB NOT NULL
) STRICT;

-- The keys under which backups were made, sealed to all members: until the last of them expires, an erasure is not complete.
CREATE TABLE backup_key (
    number INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;

-- Data keys, each wrapped once for every circle or member that may open it; by the recipient's own key, or by one that a
-- session sealed to the recipient (with the session). Erasing a case deletes its rows; of each key one remains without a wrap, so that
-- what was signed can still be checked.
CREATE TABLE keyring (
    scope BLOB NOT NULL,
    ordinal INTEGER NOT NULL,
    tag BLOB NOT NULL,
    commitment BLOB NOT NULL,
    commit_number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    session INTEGER,
    sealed BLOB NOT NULL,
    PRIMARY KEY (scope, ordinal, tag)
) STRICT, WITHOUT ROWID;

-- Who works on which case: the entries of each case's circle, sealed to all members.
CREATE TABLE circle (
    scope BLOB NOT NULL,
    number INTEGER NOT NULL,
    commit_number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (scope, number)
) STRICT, WITHOUT ROWID;

-- What is to be looked at: an emergency, unusual use; and what a second person says about it. Each sealed twice, to those who
-- review in the unit and to those who read the log.
CREATE TABLE finding (
    id BLOB NOT NULL,
    number INTEGER NOT NULL,
    commit_number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    session INTEGER NOT NULL,
    unit_sealed BLOB NOT NULL,
    oversight_sealed BLOB NOT NULL,
    PRIMARY KEY (id, number)
) STRICT, WITHOUT ROWID;

-- The current revision of every record. Records of one scope share the first six bytes of their ids.
CREATE TABLE head (
    record BLOB PRIMARY KEY,
    scope BLOB NOT NULL,
    parent BLOB NOT NULL,
    kind INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    digest BLOB NOT NULL,
    entry INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every revision, for ever.
CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    record BLOB NOT NULL,
    number INTEGER NOT NULL,
    earlier INTEGER,
    previous BLOB,
    commit_number INTEGER NOT NULL,
    place INTEGER NOT NULL,
    groups BLOB NOT NULL
) STRICT;

-- What a session signed when it wrote: one row per commit that wrote revisions, data keys or case circles.
CREATE TABLE commitment (
    number INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    statement BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;

-- The digests of what a commit wrote, 256 to a row; id = commit number * 65536 + part.
CREATE TABLE authorship (
    id INTEGER PRIMARY KEY,
    digests BLOB NOT NULL
) STRICT;

-- Which packets of a sender were taken in: one row for each sender, named so that only the members know whose it is.
CREATE TABLE correspondent (
    sender BLOB PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The search index: keyed tokens, so short that several names share one.
CREATE TABLE token (
    token INTEGER NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (token, record)
) STRICT, WITHOUT ROWID;

-- What each member did lately, in numbers, to be compared with the limits of their role: a row for each identity, named and sealed
-- by keys of the member's own.
CREATE TABLE tally (
    name BLOB PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What may be known of each case without its keys: values made coarser by the rules of their fields. No column leads to a case,
-- a commit or a sign-in. The rows lie in the order of their random ids.
CREATE TABLE statistics (
    id BLOB PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- From a case to its row in the statistics: links under the data keys of the case, which die with them; and which
-- compartments are still to be told.
CREATE TABLE statistics_link (
    scope BLOB PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The authenticated state: sums over all heads, case circles and wrapped keys (chunks 0 to 63) and over all tokens (64 to 127), by
-- bucket, 64 buckets to a row.
CREATE TABLE state (
    chunk INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;

-- The newest signed statement over roster, log and state. After a failed sign-in it is the device's; the newest one of
-- a member then stands beside it, as its base. `recent` is the list of places that grows (see below).
CREATE TABLE tip (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    session INTEGER NOT NULL,
    statement BLOB NOT NULL,
    signature BLOB NOT NULL,
    recent BLOB NOT NULL,
    base_session INTEGER,
    base_statement BLOB,
    base_signature BLOB
) STRICT;

-- Where the newest log entries about records stand that were read and not written since: full lists, sealed to all members. From
-- time to time they go into the heads, and the lists go.
CREATE TABLE recent (
    list INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;

-- The access log: the hash of the leaf with those of the subtrees of 16 leaves and more that it completes, and the entry sealed
-- into the oversight circle.
CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    sealed BLOB NOT NULL
) STRICT;

-- The epochs of each log: since when, which public key, and the checkpoint with which it took over; sealed to all members.
-- Number of the log * 2^40 + number of the epoch.
CREATE TABLE epoch (
    number INTEGER PRIMARY KEY,
    sealed BLOB NOT NULL
) STRICT;
