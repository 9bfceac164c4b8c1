//! Every statement, once. Each is portable: `$n` stands for a value, and both databases take the text as it is.
//!
//! INVARIANT (places): the first `$1` of a text stands before the first `$2` and so on, because SQLite numbers places
//! in the order in which it meets them. A test holds every statement to it.
//!
//! A statement that has to hold a row until the end of the transaction says so in its [`Lock`]; on SQLite there is one
//! writer at a time and the lock is left out. What works on one database only is in `dialect`.

/// How long and against whom the rows of a reading are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lock {
    /// Not at all.
    None,
    /// Until the end, against those who would change them.
    Share,
    /// Until the end, against all who would hold them.
    Update,
    /// As `Update`, and rows that someone holds are passed over.
    UpdateFree,
}

/// One statement.
#[derive(Debug)]
pub(crate) struct Sql {
    /// The text.
    pub(crate) text: &'static str,
    /// What it holds.
    pub(crate) lock: Lock,
}

macro_rules! statements {
    ($($(#[doc = $doc:literal])+ $name:ident $lock:ident = $text:expr;)*) => {
        $($(#[doc = $doc])+ pub(crate) static $name: Sql = Sql { text: $text, lock: Lock::$lock };)*
        /// All of them, for the tests.
        #[cfg(test)]
        pub(crate) static ALL: &[&Sql] = &[$(&$name),*];
    };
}

/// What a `Sealed` is read from, head or not.
macro_rules! sealed {
    ($rest:literal) => {
        concat!(
            "SELECT d.id, d.kind, d.owner, v.version, d.head, d.signed_version, d.signed_by, d.signed_at, \
             d.withdrawn_version, d.withdrawn_by, d.withdrawn_at, v.change, v.form, v.body, \
             c.id, c.done_by, c.role, c.done_at, c.why, c.parents \
             FROM documents d JOIN versions v ON v.document = d.id ",
            $rest
        )
    };
}

/// What an `AuditRow` is read from.
macro_rules! audit {
    ($rest:literal) => {
        concat!(
            "SELECT a.at, a.chain, a.sequence, a.entry FROM audit a WHERE a.act = 1 AND ",
            $rest,
            " ORDER BY a.at DESC, a.chain DESC, a.sequence DESC LIMIT "
        )
    };
}

statements! {
    /// `writer`: the end of a transaction.
    COMMIT None = "COMMIT";
    /// `writer`: leaves a transaction that failed.
    ROLLBACK None = "ROLLBACK";
    /// `writer`: before each act of a group.
    SAVEPOINT None = "SAVEPOINT act";
    /// `writer`: after each act of a group.
    RELEASE None = "RELEASE SAVEPOINT act";
    /// `writer`: undoes one act of a group.
    ROLLBACK_TO None = "ROLLBACK TO SAVEPOINT act";

    /// `Store::key`.
    KEY None = "SELECT wrapped FROM keys WHERE owner = $1";
    /// `Store::kept`, `Store::folder`.
    KEPT None = "SELECT wrapped, changes FROM keys WHERE owner = $1";
    /// `Store::kept_with`.
    KEPT_WITH None =
        "SELECT d.owner, k.wrapped, k.changes FROM tokens t JOIN documents d ON d.id = t.document \
         JOIN keys k ON k.owner = d.owner WHERE t.field = $1 AND t.token = $2 ORDER BY t.document";
    /// `commit`: an owner's documents are written.
    CHANGED None = "UPDATE keys SET changes = changes + 1 WHERE owner = $1";
    /// `commit`: the key stays as it is until the contribution is written.
    KEY_SHARE Share = "SELECT wrapped FROM keys WHERE owner = $1";
    /// `commit` of an owner's documents, `Store::give_key`, `Store::erase`.
    KEY_UPDATE Update = "SELECT wrapped FROM keys WHERE owner = $1";
    /// `Store::give_key`.
    KEY_INSERT None = "INSERT INTO keys (owner, wrapped) VALUES ($1, $2)";
    /// `Store::replace_keys`.
    KEY_REPLACE None =
        "UPDATE keys SET wrapped = $1 WHERE owner = $2 AND wrapped = $3 RETURNING owner";
    /// `Store::keys`.
    KEYS None =
        "SELECT owner, wrapped FROM keys WHERE owner > $1 AND wrapped IS NOT NULL ORDER BY owner LIMIT $2";
    /// `Store::erase`.
    KEY_ERASE None = "UPDATE keys SET wrapped = NULL WHERE owner = $1";

    /// `commit`: whether the contribution was written before.
    CONTRIBUTION None = "SELECT made FROM contributions WHERE id = $1";
    /// `commit`.
    CONTRIBUTION_INSERT None =
        "INSERT INTO contributions (id, done_by, role, done_at, why, parents, made) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// `commit`: where a document stands.
    STANDING Update =
        "SELECT id, kind, owner, head, signed_version, signed_by, signed_at, \
         withdrawn_version, withdrawn_by, withdrawn_at, digest FROM documents WHERE id = $1";
    /// `commit`: whether what is referred to is there. Documents are never deleted.
    DOCUMENT_EXISTS None = "SELECT id FROM documents WHERE id = $1";
    /// `commit`: whether what is referred to is there, and stays.
    BLOB_SHARE Share = "SELECT id FROM blobs WHERE id = $1";
    /// `commit`.
    JOB_EXISTS None = "SELECT id FROM jobs WHERE id = $1";
    /// `commit`: who holds a place at a time.
    OVERLAPPING None =
        "SELECT document, resource, place, begins, ends FROM reservations \
         WHERE resource = $1 AND place = $2 AND ends > $3 AND begins < $4";
    /// `commit`: a first version.
    DOCUMENT_INSERT None =
        "INSERT INTO documents (id, kind, owner, head, changed_at, erased, digest) \
         VALUES ($1, $2, $3, $4, $5, 0, $6)";
    /// `commit`: a further version, on the head that was seen.
    DOCUMENT_ADVANCE None =
        "UPDATE documents SET head = $1, changed_at = $2, digest = $3, signed_version = $4, signed_by = $5, \
         signed_at = $6, withdrawn_version = $7, withdrawn_by = $8, withdrawn_at = $9 WHERE id = $10";
    /// `commit`.
    VERSION_INSERT None =
        "INSERT INTO versions (document, version, contribution, change, form, body, digest) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// `commit`.
    LINK_INSERT None = "INSERT INTO links (document, version, kind, target) VALUES ($1, $2, $3, $4)";
    /// `commit`: the tokens of a field are replaced whole.
    TOKENS_DELETE None = "DELETE FROM tokens WHERE document = $1 AND field = $2";
    /// `commit`.
    TOKEN_INSERT None = "INSERT INTO tokens (field, token, document) VALUES ($1, $2, $3)";
    /// `commit`.
    JOB_INSERT None =
        "INSERT INTO jobs (id, kind, document, progress, due, attempt) VALUES ($1, $2, $3, 1, $4, 0)";
    /// `commit`: the reservations of a document are replaced whole.
    RESERVATIONS_DELETE None = "DELETE FROM reservations WHERE document = $1";
    /// `commit`.
    RESERVATION_INSERT None =
        "INSERT INTO reservations (resource, place, begins, ends, document) VALUES ($1, $2, $3, $4, $5)";

    /// `Store::head`, `Store::heads`.
    HEAD None = sealed!("AND v.version = d.head JOIN contributions c ON c.id = v.contribution WHERE d.id = $1");
    /// `Store::heads_of`.
    HEADS_OF None = sealed!(
        "AND v.version = d.head JOIN contributions c ON c.id = v.contribution WHERE d.owner = $1 ORDER BY d.id"
    );
    /// `Store::version`.
    VERSION None = sealed!(
        "JOIN contributions c ON c.id = v.contribution WHERE d.id = $1 AND v.version = $2"
    );
    /// `Store::history`, `verify`.
    VERSIONS None = sealed!(
        "JOIN contributions c ON c.id = v.contribution WHERE d.id = $1 ORDER BY v.version"
    );
    /// `Store::history`, `verify`.
    LINKS None = "SELECT version, kind, target FROM links WHERE document = $1 ORDER BY version, kind, target";
    /// `Store::list`.
    LIST None = sealed!(
        "AND v.version = d.head JOIN contributions c ON c.id = v.contribution \
         WHERE d.kind = $1 AND d.erased = 0 AND (d.changed_at, d.id) < ($2, $3) \
         ORDER BY d.changed_at DESC, d.id DESC LIMIT $4"
    );
    /// `Store::count`.
    COUNT None = "SELECT COUNT(*) FROM documents WHERE kind = $1 AND erased = 0";
    /// `Store::find`. Fewer tokens than sixteen are filled up with the last; the number is of different ones.
    FIND None =
        "SELECT document FROM tokens WHERE field = $1 AND document > $2 \
         AND token IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
         GROUP BY document HAVING COUNT(*) = $19 ORDER BY document LIMIT $20";
    /// `Store::find` for one token, the most frequent search.
    FIND_ONE None =
        "SELECT document FROM tokens WHERE field = $1 AND token = $2 AND document > $3 ORDER BY document LIMIT $4";
    /// `Store::referring_to`.
    REFERRING None =
        "SELECT d.id FROM links l JOIN documents d ON d.id = l.document AND d.head = l.version \
         WHERE l.target = $1 AND l.kind = $2 ORDER BY d.id";
    /// `Store::reserved`, of every resource.
    RESERVED None =
        "SELECT document, resource, place, begins, ends FROM reservations \
         WHERE ends > $1 AND begins < $2 ORDER BY begins, resource, place";
    /// `Store::reserved`, of one resource.
    RESERVED_OF None =
        "SELECT document, resource, place, begins, ends FROM reservations \
         WHERE ends > $1 AND begins < $2 AND resource = $3 ORDER BY begins, resource, place";

    /// `Store::erase`.
    ERASE_COUNT None = "SELECT COUNT(*) FROM documents WHERE owner = $1";
    /// `Store::erase`.
    ERASE_TOKENS None =
        "DELETE FROM tokens WHERE document IN (SELECT id FROM documents WHERE owner = $1)";
    /// `Store::erase`.
    ERASE_JOBS None =
        "DELETE FROM jobs WHERE document IN (SELECT id FROM documents WHERE owner = $1)";
    /// `Store::erase`.
    ERASE_RESERVATIONS None =
        "DELETE FROM reservations WHERE document IN (SELECT id FROM documents WHERE owner = $1)";
    /// `Store::erase`.
    ERASE_DOCUMENTS None = "UPDATE documents SET erased = 1 WHERE owner = $1";

    /// `Store::claim`.
    JOB_DUE UpdateFree =
        "SELECT id, document, attempt FROM jobs WHERE kind = $1 AND progress < 3 AND due <= $2 \
         ORDER BY due, id LIMIT 1";
    /// `Store::claim`.
    JOB_CLAIM None = "UPDATE jobs SET progress = 2, due = $1, attempt = $2 WHERE id = $3";
    /// `Store::end`.
    JOB_END None =
        "UPDATE jobs SET progress = $1, due = $2 WHERE id = $3 AND attempt = $4 AND progress = 2 RETURNING id";

    /// `Store::put_blob`.
    BLOB_INSERT None = "INSERT INTO blobs (id, owner, bytes, digest, kept) VALUES ($1, $2, $3, $4, 1)";
    /// `Store::put_blob`, `Store::blob`, `collect_blobs`.
    BLOB None = "SELECT kept FROM blobs WHERE id = $1";
    /// `collect_blobs`: those of erased owners and those that no version refers to.
    BLOBS_LOOSE None =
        "SELECT b.id, CAST(CASE WHEN k.wrapped IS NULL THEN 1 ELSE 0 END AS BIGINT) \
         FROM blobs b LEFT JOIN keys k ON k.owner = b.owner \
         WHERE b.id > $1 AND b.kept = 1 AND (k.wrapped IS NULL \
         OR NOT EXISTS (SELECT 1 FROM links l WHERE l.target = b.id AND l.kind = 2)) ORDER BY b.id LIMIT $2";
    /// `collect_blobs`: nobody comes to refer to it meanwhile.
    BLOB_UPDATE Update = "SELECT b.owner FROM blobs b WHERE b.id = $1";
    /// `collect_blobs`: whether a version refers to it.
    BLOB_REFERRED None = "SELECT document FROM links WHERE target = $1 AND kind = 2 LIMIT 1";
    /// `collect_blobs`: of an erased owner the row stays, as the versions do that refer to it.
    BLOB_GONE None = "UPDATE blobs SET kept = 0 WHERE id = $1";
    /// `collect_blobs`.
    BLOB_DELETE None = "DELETE FROM blobs WHERE id = $1";

    /// `Store::begin_sign_in`.
    SIGN_IN_INSERT None =
        "INSERT INTO sign_ins (token_hash, person, began, seen, ends) VALUES ($1, $2, $3, $4, $5)";
    /// `Store::sign_in`.
    SIGN_IN None = "SELECT token_hash, person, began, seen, ends FROM sign_ins WHERE token_hash = $1";
    /// `Store::seen_sign_in`.
    SIGN_IN_SEEN None = "UPDATE sign_ins SET seen = $1 WHERE token_hash = $2";
    /// `Store::end_sign_in`.
    SIGN_IN_END None = "DELETE FROM sign_ins WHERE token_hash = $1";
    /// `Store::end_sign_ins_of`.
    SIGN_INS_END None = "DELETE FROM sign_ins WHERE person = $1";

    /// `audit`: the chain of this process, if it was begun.
    CHAIN None = "SELECT number FROM chains WHERE id = $1";
    /// `audit`: the next number of a chain.
    CHAIN_NEXT None = "SELECT COALESCE(MAX(number), 0) + 1 FROM chains";
    /// `audit`: begins a chain.
    CHAIN_INSERT None = "INSERT INTO chains (number, id, anchored) VALUES ($1, $2, 0)";
    /// `audit`: its last entry.
    CHAIN_HEAD None =
        "SELECT sequence, hash, at FROM audit WHERE chain = $1 ORDER BY sequence DESC LIMIT 1";
    /// `audit`: the heads of other chains that went on since they were last anchored.
    CHAINS_TO_ANCHOR None =
        "SELECT c.number, c.id, a.sequence, a.hash FROM chains c JOIN audit a ON a.chain = c.number \
         AND a.sequence = (SELECT MAX(b.sequence) FROM audit b WHERE b.chain = c.number) \
         WHERE c.id <> $1 AND a.sequence > c.anchored ORDER BY c.number";
    /// `audit`: how far a chain is anchored in another.
    CHAIN_ANCHORED None = "UPDATE chains SET anchored = $1 WHERE number = $2";
    /// `audit`: one entry.
    AUDIT_INSERT None =
        "INSERT INTO audit (chain, sequence, at, act, done_by, subject, entry, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// `audit`: a mark under the index key.
    MARK_INSERT None = "INSERT INTO marks (chain, sequence, hash, mark) VALUES ($1, $2, $3, $4)";
    /// `Store::audit`.
    AUDIT None = concat!(audit!("(a.at, a.chain, a.sequence) < ($1, $2, $3)"), "$4");
    /// `Store::audit` of a person's acts.
    AUDIT_BY None =
        concat!(audit!("(a.at, a.chain, a.sequence) < ($1, $2, $3) AND a.done_by = $4"), "$5");
    /// `Store::audit` of acts on a document.
    AUDIT_ON None =
        concat!(audit!("(a.at, a.chain, a.sequence) < ($1, $2, $3) AND a.subject = $4"), "$5");
    /// `Store::audit` of acts on an owner's documents.
    AUDIT_OF None = concat!(
        audit!(
            "(a.at, a.chain, a.sequence) < ($1, $2, $3) \
             AND a.subject IN (SELECT id FROM documents WHERE owner = $4)"
        ),
        "$5"
    );
    /// `Store::audit` of a person's acts on a document.
    AUDIT_BY_ON None = concat!(
        audit!("(a.at, a.chain, a.sequence) < ($1, $2, $3) AND a.done_by = $4 AND a.subject = $5"),
        "$6"
    );
    /// `Store::audit` of a person's acts on an owner's documents.
    AUDIT_BY_OF None = concat!(
        audit!(
            "(a.at, a.chain, a.sequence) < ($1, $2, $3) AND a.done_by = $4 \
             AND a.subject IN (SELECT id FROM documents WHERE owner = $5)"
        ),
        "$6"
    );

    /// `verify`: the chains.
    CHAINS None = "SELECT number, id FROM chains ORDER BY number";
    /// `verify`: a stretch of a chain.
    CHAIN_ENTRIES None =
        "SELECT sequence, act, done_by, subject, at, entry, hash FROM audit WHERE chain = $1 AND sequence > $2 \
         ORDER BY sequence LIMIT $3";
    /// `verify`: the marks.
    MARKS None = "SELECT c.id, m.sequence, m.hash, m.mark FROM marks m LEFT JOIN chains c ON c.number = m.chain \
         ORDER BY m.chain, m.sequence";
    /// `verify`: entries of no chain.
    AUDIT_STRAY None =
        "SELECT COUNT(*) FROM audit a LEFT JOIN chains c ON c.number = a.chain WHERE c.number IS NULL";
    /// `verify`: a stretch of documents.
    DOCUMENTS None =
        "SELECT id, kind, owner, head, signed_version, signed_by, signed_at, withdrawn_version, withdrawn_by, \
         withdrawn_at, digest, changed_at, erased FROM documents WHERE id > $1 ORDER BY id LIMIT $2";
    /// `verify`: a document's versions as they are stored, with their contributions or without.
    VERSIONS_RAW None =
        "SELECT v.version, v.change, v.form, v.body, v.digest, v.contribution, c.done_by, c.role, c.done_at, c.why, \
         c.parents FROM versions v LEFT JOIN contributions c ON c.id = v.contribution \
         WHERE v.document = $1 ORDER BY v.version";
    /// `verify`: references that lead nowhere.
    LINKS_DANGLING None =
        "SELECT l.document, l.version, l.kind, l.target FROM links l \
         LEFT JOIN documents d ON d.id = l.target AND l.kind = 1 \
         LEFT JOIN blobs b ON b.id = l.target AND l.kind = 2 \
         WHERE d.id IS NULL AND b.id IS NULL ORDER BY l.document, l.version, l.kind, l.target";
    /// `verify`: versions of no document.
    VERSIONS_STRAY None =
        "SELECT v.document, v.version FROM versions v LEFT JOIN documents d ON d.id = v.document \
         WHERE d.id IS NULL ORDER BY v.document, v.version";
    /// `verify`: contributions and what they made.
    CONTRIBUTIONS None =
        "SELECT id, made, parents FROM contributions WHERE id > $1 ORDER BY id LIMIT $2";
    /// `verify`: the contribution that made a version.
    VERSION_MADE_BY None = "SELECT contribution FROM versions WHERE document = $1 AND version = $2";
    /// `verify`: tokens of no document, or of one that was erased.
    TOKENS_STRAY None =
        "SELECT DISTINCT t.document FROM tokens t LEFT JOIN documents d ON d.id = t.document \
         WHERE d.id IS NULL OR d.erased = 1 ORDER BY t.document";
    /// `verify`: jobs of no document, or of one that was erased.
    JOBS_STRAY None =
        "SELECT j.id, j.document FROM jobs j LEFT JOIN documents d ON d.id = j.document \
         WHERE d.id IS NULL OR d.erased = 1 ORDER BY j.id";
    /// `verify`: reservations of or on no document, or of one that was erased.
    RESERVATIONS_STRAY None =
        "SELECT r.document, r.resource FROM reservations r LEFT JOIN documents d ON d.id = r.document \
         LEFT JOIN documents e ON e.id = r.resource \
         WHERE d.id IS NULL OR d.erased = 1 OR e.id IS NULL ORDER BY r.document, r.resource";
    /// `verify`: two reservations of one place at one time.
    RESERVATIONS_OVERLAPPING None =
        "SELECT a.document, a.resource, a.place FROM reservations a JOIN reservations b \
         ON a.resource = b.resource AND a.place = b.place AND a.begins < b.ends AND b.begins < a.ends \
         AND (a.begins, a.document) < (b.begins, b.document) ORDER BY a.document";
    /// `verify`: documents whose owner has no key, or that are not marked as the key says.
    DOCUMENTS_KEYLESS None =
        "SELECT d.id FROM documents d LEFT JOIN keys k ON k.owner = d.owner \
         WHERE k.owner IS NULL OR (d.erased = 1 AND k.wrapped IS NOT NULL) \
         OR (d.erased = 0 AND k.wrapped IS NULL) ORDER BY d.id";
    /// `verify`: the blobs.
    BLOBS None =
        "SELECT id, bytes, digest, kept FROM blobs WHERE id > $1 ORDER BY id LIMIT $2";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_met_in_their_order() {
        for sql in ALL {
            let mut highest = 0;
            for rest in sql.text.split('$').skip(1) {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                let place: usize = digits.parse().unwrap();
                assert!(place <= highest + 1, "{}", sql.text);
                highest = highest.max(place);
            }
        }
    }
}
