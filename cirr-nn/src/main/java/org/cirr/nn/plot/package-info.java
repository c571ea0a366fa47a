/** Charts of metrics over many cases: box plots and Bland-Altman plots, drawn without a screen. */
package org.cirr.nn.plot;
