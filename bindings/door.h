
// The plain door to pages (bindings/src/page/door.rs): where uniffi's own calls cost more than reading a record.

// Asks a page of a session whose handle the caller keeps. Answers the code of uniffi's call status: 0 and the page, or what
// belongs to the error. The answer is given back with the second function.
int8_t saferoom_ask_page(uint64_t session, const uint8_t *_Nullable question, uint64_t length, RustBuffer *_Nonnull answer);
void saferoom_free_answer(RustBuffer *_Nonnull answer);
