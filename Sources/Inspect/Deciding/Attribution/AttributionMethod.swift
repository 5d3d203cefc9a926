/// A way to ask which pixels a decision rests on. All of them explain a logit, never the softmax of it, whose gradient vanishes
/// where a network is sure.
public enum AttributionMethod: String, Hashable, Sendable, CaseIterable {
  /// `|∂y/∂x|`: how much the score would change with each pixel (Simonyan et al. 2013).
  case saliency
  /// The gradient, averaged over copies of the picture with noise (Smilkov et al. 2017).
  case smoothGrad = "smoothgrad"
  /// The gradient with everything negative dropped at every ReLU (Springenberg et al. 2014).
  case guided
  /// The gradient with ReLU applied to itself on the way back (Zeiler and Fergus 2013).
  case deconvnet
  /// A layer's maps, each weighted by its mean gradient (Selvaraju et al. 2016).
  case gradCAM = "gradcam"
  /// Grad-CAM with a weight for every place of a map (Chattopadhay et al. 2017).
  case gradCAMPlusPlus = "gradcam++"
  /// Guided backprop where Grad-CAM looks: the product of both.
  case guidedGradCAM = "guided-gradcam"
  /// The gradient along the way from a picture without content to this one (Sundararajan et al. 2017).
  case integratedGradients = "ig"
  /// What the score loses when a grey square covers a place (Zeiler and Fergus 2013).
  case occlusion

  /// The methods that a wall shows where none are named.
  public static let usual: [AttributionMethod] = [
    .saliency, .smoothGrad, .guided, .gradCAM, .integratedGradients, .occlusion,
  ]

  /// What a column is called.
  public var title: String {
    switch self {
    case .saliency: "saliency"
    case .smoothGrad: "SmoothGrad"
    case .guided: "guided backprop"
    case .deconvnet: "deconvnet"
    case .gradCAM: "Grad-CAM"
    case .gradCAMPlusPlus: "Grad-CAM++"
    case .guidedGradCAM: "guided Grad-CAM"
    case .integratedGradients: "integrated gradients"
    case .occlusion: "occlusion"
    }
  }

  /// Whether a map can speak against a class as well as for it.
  public var isSigned: Bool {
    switch self {
    case .saliency, .smoothGrad, .gradCAM, .gradCAMPlusPlus: false
    case .guided, .deconvnet, .guidedGradCAM, .integratedGradients, .occlusion: true
    }
  }

  /// Whether it needs a layer of maps: a network without convolutions has none.
  public var readsMaps: Bool {
    switch self {
    case .gradCAM, .gradCAMPlusPlus, .guidedGradCAM: true
    default: false
    }
  }
}
