package org.cirr.metrics.radiomics;

import org.cirr.volume.Volume;

/**
 * A feature of every voxel's neighbourhood.
 *
 * @param key such as {@code original_glcm_JointEntropy}
 * @param values the region's box grown by the kernel's radius; outside the region the setting
 *     {@code initValue}
 */
public record VoxelMap(String key, Volume values) {}
