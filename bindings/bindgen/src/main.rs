//! The uniffi-bindgen program: reads the built library and writes Kotlin, Swift or Python. Started by maturin and by
//! `cargo xtask bindings`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
