/// The numbers of the random streams that training draws from: one range for each purpose, none shared.
package enum TrainingStream {
  static let classifierStart: UInt64 = 0xC1A5_0000_0000_0000
  static let generatorStart: UInt64 = 0x6E4E_0000_0000_0000
  static let discriminatorStart: UInt64 = 0xD15C_0000_0000_0000
  static let fixedLatents: UInt64 = 0xF1ED_0000_0000_0000
  static let measuredLatents: UInt64 = 0x3EA5_0000_0000_0000
  package static func latents(step: Int) -> UInt64 { 0x1A7E_0000_0000_0000 | UInt64(step) }
}
