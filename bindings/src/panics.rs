//! Nothing is printed of what a panic says. When a library is loaded nobody has called it yet, and every call may panic: the
//! loader itself sets the hook. It is the hook of the standard library inside this one, so no panic
//! of the host comes here, unless the host is a Rust program that links this crate, as the tests of this folder do.

/// Called by the loader: so ELF, Mach-O and COFF name the functions that a library wants to be called when it is loaded.
#[cfg(not(test))]
#[used]
#[cfg_attr(any(target_os = "linux", target_os = "android"), unsafe(link_section = ".init_array"))]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
static AT_LOAD: extern "C" fn() = at_load;

/// Allocates a hook and does nothing else: there is nothing that would have to be started before.
#[cfg_attr(test, expect(dead_code, reason = "tests say what they found wrong"))]
extern "C" fn at_load() {
    saferoom::panics::tell_places_only();
}
