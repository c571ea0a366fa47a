package org.cirr.nn.pseudolabel;

/**
 * How trustworthy one structure of a predicted mask looks.
 *
 * <p><b>Units</b>: volume in millilitres; the rest are fractions and numbers.
 *
 * @param value its label
 * @param name its name
 * @param voxels how many voxels have the label
 * @param ml its volume
 * @param confidence the mean, over its voxels, of the probability of the label; NaN without voxels
 * @param agreement the mean Dice with other predictions of the same case; NaN where there is none
 * @param components how many 26-connected components it has
 * @param largest the share of its voxels in the largest component; NaN without voxels
 */
public record StructureQuality(
    int value,
    String name,
    long voxels,
    double ml,
    double confidence,
    double agreement,
    int components,
    double largest) {}
