package org.cirr.io.nnunet;

import java.util.List;

/**
 * The names of MRSegmentator's classes; the weights' own {@code dataset.json} calls them "1" to
 * "40".
 *
 * <p><b>Source</b>: MRSegmentator 1.2, Häntze et al., doi 10.1148/ryai.240777.
 */
final class MrSegmentatorLabels {
  /** The names by value, the background first. */
  static final List<String> NAMES =
      List.of(
          "background",
          "spleen",
          "right_kidney",
          "left_kidney",
          "gallbladder",
          "liver",
          "stomach",
          "pancreas",
          "right_adrenal_gland",
          "left_adrenal_gland",
          "left_lung",
          "right_lung",
          "heart",
          "aorta",
          "inferior_vena_cava",
          "portal_vein_and_splenic_vein",
          "left_iliac_artery",
          "right_iliac_artery",
          "left_iliac_vena",
          "right_iliac_vena",
          "esophagus",
          "small_bowel",
          "duodenum",
          "colon",
          "urinary_bladder",
          "spine",
          "sacrum",
          "left_hip",
          "right_hip",
          "left_femur",
          "right_femur",
          "left_autochthonous_muscle",
          "right_autochthonous_muscle",
          "left_iliopsoas_muscle",
          "right_iliopsoas_muscle",
          "left_gluteus_maximus",
          "right_gluteus_maximus",
          "left_gluteus_medius",
          "right_gluteus_medius",
          "left_gluteus_minimus",
          "right_gluteus_minimus");

  private MrSegmentatorLabels() {}
}
