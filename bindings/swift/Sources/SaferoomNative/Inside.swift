// What is told of a fault inside the library: that it happened, and nothing of the text that came with it.

extension SaferoomError {
    /// The error of code 0: the library failed inside, or has answered what this package cannot read.
    ///
    /// A panic's text may hold anything, and so is never lifted. A call that can throw throws this. One that cannot, such as
    /// `lock()` or `memberId()`, has no honest answer then: it ends the app, and the message of that is this one.
    package static var inside: SaferoomError {
        .Failure(
            code: 0, kind: .vault, text: "saferoom failed inside",
            advice: "Please report what you did; the vault is unchanged.", waitSeconds: nil)
    }
}
