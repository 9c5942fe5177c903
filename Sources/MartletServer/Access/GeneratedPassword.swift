/// Passwords people read from a terminal and type elsewhere: 100 bits, no letters that look alike.
public enum GeneratedPassword {
    private static let alphabet = Array("abcdefghijkmnpqrstuvwxyz23456789")

    public static func make(using random: inout some RandomNumberGenerator) -> String {
        (0..<4).map { _ in String((0..<5).map { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] }) }
            .joined(separator: "-")
    }
}
