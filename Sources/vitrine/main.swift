import Train
import Foundation
try scratch(Preset(rawValue: CommandLine.arguments[1])!, epochs: Int(CommandLine.arguments[2])!, rate: nil)
