/** The seconds that radiomics takes. */
package org.cirr.benchmarks.radiomics;
