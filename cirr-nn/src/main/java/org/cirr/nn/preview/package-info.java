/** Pictures of masks: {@link org.cirr.nn.preview.Preview}. */
package org.cirr.nn.preview;
