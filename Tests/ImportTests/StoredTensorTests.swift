import Core
import Import
import Testing

@Suite struct StoredTensorTests {
  private let matrix = StoredTensor("w", Tensor([2, 3], [0, 1, 2, 3, 4, 5]))

  @Test func aPermutedTensorSwapsWhatItReads() throws {
    let transposed = matrix.permuted([1, 0])
    #expect(transposed.shape == [3, 2])
    #expect(try transposed.tensor().elements == [0, 3, 1, 4, 2, 5])
  }

  @Test func permutationsOfMoreAxesAgreeWithIndexing() {
    let tensor = Tensor([2, 3, 4, 5], (0..<120).map(Float.init))
    let permuted = tensor.permuted([0, 2, 3, 1])
    #expect(permuted.shape == [2, 4, 5, 3])
    for (n, c, y, x) in [(0, 0, 0, 0), (1, 2, 3, 4), (1, 0, 2, 1), (0, 2, 1, 3)] {
      #expect(
        permuted.elements[((n * 4 + y) * 5 + x) * 3 + c] == tensor.elements[((n * 3 + c) * 4 + y) * 5 + x])
    }
    #expect(permuted.permuted([0, 3, 1, 2]) == tensor)
  }

  @Test func aShapeOtherThanDeclaredIsAnError() {
    let liar = StoredTensor("w", [4], elementType: "F32") { () throws(ImportError) in Tensor([2]) }
    #expect(throws: ImportError(.malformed, "w", "expected [4], found [2]")) { try liar.tensor() }
  }

  @Test func layoutsGoThereAndBack() {
    let images = Tensor([2, 3, 4, 5], (0..<120).map(Float.init))
    #expect(ValueLayout.channelsLast.toFile(images).shape == [2, 4, 5, 3])
    #expect(ValueLayout.channelsLast.fromFile(ValueLayout.channelsLast.toFile(images)) == images)
    let flat = images.reshaped([2, 60])
    let layout = ValueLayout.flattenedChannelsLast([3, 4, 5])
    #expect(layout.toFile(flat).elements == images.permuted([0, 2, 3, 1]).elements)
    #expect(layout.fromFile(layout.toFile(flat)) == flat)
  }
}
