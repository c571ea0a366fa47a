/**
 * What a training step eats: prepared cases on disk ({@link org.cirr.nn.data.PreparedCase}),
 * patches drawn from them ({@link org.cirr.nn.data.PatchSampler}), batches made in the background
 * ({@link org.cirr.nn.data.BackgroundBatches}).
 */
package org.cirr.nn.data;
