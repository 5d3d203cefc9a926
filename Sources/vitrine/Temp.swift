import Core
import Import
extension NumPyArchive { static func read(_ p: String) throws -> [(name: String, tensor: Tensor)] { [] } }
