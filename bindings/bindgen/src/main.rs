//! The uniffi-bindgen program.
fn main() {
    uniffi::uniffi_bindgen_main()
}
