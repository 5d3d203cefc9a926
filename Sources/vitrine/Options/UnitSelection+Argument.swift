public import ArgumentParser
public import Inspect

extension UnitSelection: ExpressibleByArgument {
  /// Reads `0,3-5` or `all`; nil for anything else.
  public init?(argument: String) { self.init(argument) }
}
