"""Writes oracle.json: numbers of SciPy 1.17.1, statsmodels 0.15 and scikit-learn 1.9.1 that the shared
goldens do not have. Run: python oracle.py > oracle.json"""
import json
import sys
import warnings

import numpy as np
import scipy.stats as st
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_selection import f_classif, mutual_info_classif
from sklearn.inspection import permutation_importance
from sklearn.linear_model import Lasso, LassoCV, LogisticRegression
from sklearn.model_selection import (GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from sklearn import metrics as m

warnings.filterwarnings("ignore")
out = {}
r = np.random.RandomState(7)

# --- statistics
a = np.round(r.normal(10, 2, 12), 2)
b = np.round(r.normal(11, 2, 9), 2)
c = np.round(a + r.normal(0.4, 1, 12), 2)
s = {"a": a, "b": b, "c": c}
for alt in ("less", "greater"):
    s["t_" + alt] = [*st.ttest_ind(a, b, equal_var=False, alternative=alt)]
    ci = st.ttest_ind(a, b, equal_var=False, alternative=alt).confidence_interval()
    s["t_ci_" + alt] = [str(ci.low), str(ci.high)]
    s["mwu_" + alt] = [*st.mannwhitneyu(a, b[:6], alternative=alt)]
    s["mwu_normal_" + alt] = [*st.mannwhitneyu(a, b, alternative=alt)]
    s["wilcoxon_normal_" + alt] = [*st.wilcoxon(a, c, alternative=alt, method="approx", correction=True)]
s["mwu_sizes"] = [[n1, n2, u, st.mannwhitneyu(np.arange(n1) + 0.5 - shift, np.arange(n2), method="exact").pvalue]
                  for n1, n2, shift in ((1, 1, 0), (1, 8, 3), (8, 40, 12), (30, 35, 9), (90, 100, 20))
                  for u in [float(st.mannwhitneyu(np.arange(n1) + 0.5 - shift, np.arange(n2)).statistic)]]
s["mwu_shift"] = [0, 3, 12, 9, 20]
tied_x, tied_y = np.round(a), np.round(c)
s["kendall_ties"] = [*st.kendalltau(tied_x, tied_y)]
s["spearman_ties"] = [*st.spearmanr(tied_x, tied_y)]
s["kruskal_ties"] = [*st.kruskal(tied_x, tied_y, np.round(b))]
s["mwu_ties"] = [*st.mannwhitneyu(tied_x, np.round(b))]
for method in ("percentile", "basic", "BCa"):
    res = st.bootstrap((a,), np.mean, n_resamples=999, method=method, vectorized=False,
                       random_state=np.random.RandomState(3))
    s["bootstrap_mean_" + method] = [res.confidence_interval.low, res.confidence_interval.high, res.standard_error]
    res = st.bootstrap((a, c), lambda x, y: st.pearsonr(x, y)[0], n_resamples=500, method=method, paired=True,
                       vectorized=False, random_state=np.random.RandomState(11))
    s["bootstrap_pearson_" + method] = [res.confidence_interval.low, res.confidence_interval.high, res.standard_error]
out["statistics"] = s

# --- learners: a table with 3 classes, 7 features (two redundant, two noise), 60 + 30 cases, rounded
X, y = make_classification(90, 7, n_informative=3, n_redundant=2, n_classes=3, n_clusters_per_class=1,
                           class_sep=0.8, flip_y=0.05, random_state=5)
X = np.round(X * [1, 10, 1, 3, 1, 100, 1] + [0, 5, 0, 0, 2, 50, 0], 3)
y = np.array([2, 5, 9])[y]
Xa, ya, Xb, yb = X[:60], y[:60], X[60:], y[60:]
L = {"x_train": Xa, "y_train": ya, "x_test": Xb, "y_test": yb}
L["tree"] = [{"seed": k, "predicted": t.predict(Xb), "nodes": t.tree_.node_count, "depth": t.get_depth(),
              "feature": t.tree_.feature[:9], "threshold": t.tree_.threshold[:9],
              "importances": t.feature_importances_}
             for k in (0, 1, 42) for t in [DecisionTreeClassifier(random_state=k).fit(Xa, ya)]]
L["tree_limits"] = {"min_leaf_4_split_9": DecisionTreeClassifier(
    random_state=3, min_samples_leaf=4, min_samples_split=9, max_features=2).fit(Xa, ya).predict_proba(Xb)}
L["forest"] = [{"seed": k, "trees": n, "proba": f.predict_proba(Xb).round(12), "importances": f.feature_importances_}
               for k, n in ((0, 100), (8, 30)) for f in [RandomForestClassifier(n, random_state=k).fit(Xa, ya)]]
g = GradientBoostingClassifier(random_state=4, n_estimators=40).fit(Xa, ya)
L["boosting"] = {"proba": g.predict_proba(Xb).round(12), "importances": g.feature_importances_}
g = GradientBoostingClassifier(random_state=1, n_estimators=25, subsample=1.0, max_depth=2, learning_rate=0.3).fit(Xa, ya == 5)
L["boosting_binary"] = {"proba": g.predict_proba(Xb)[:, 1].round(12)}
sc = StandardScaler().fit(Xa)
Za, Zb = sc.transform(Xa), sc.transform(Xb)
v = SVC().fit(Za, ya)
L["svc"] = {"decision": v.decision_function(Zb), "predicted": v.predict(Zb), "support": v.support_}
v = SVC(C=5, gamma=0.05).fit(Za, ya == 9)
L["svc_binary"] = {"decision": v.decision_function(Zb)}
v = LogisticRegression(tol=1e-12, max_iter=10000, C=0.5).fit(Za, ya)
L["logistic"] = {"coef": v.coef_, "intercept": v.intercept_}
L["bayes"] = GaussianNB().fit(Xa, ya).predict_proba(Xb)
L["neighbours"] = KNeighborsClassifier(7, weights="distance").fit(Za, ya).predict_proba(Zb)
L["anova"] = [*f_classif(Xa, ya)]
L["mutual_information"] = mutual_info_classif(
    Xa + 1e-4 * np.sin(np.arange(Xa.size).reshape(Xa.shape)), ya, random_state=0)
lasso = Lasso(0.05, tol=1e-10, max_iter=100000).fit(Za, ya)
L["lasso"] = {"coef": lasso.coef_, "intercept": lasso.intercept_}
cv = LassoCV(cv=5, tol=1e-10, max_iter=100000, alphas=100).fit(Za, ya)
L["lasso_cv"] = {"alpha": cv.alpha_, "alphas": cv.alphas_[:3], "coef": cv.coef_}
p = permutation_importance(KNeighborsClassifier(5).fit(Za, ya), Zb, yb, n_repeats=5, random_state=6)
L["permutation"] = {"mean": p.importances_mean, "sd": p.importances_std}
groups = np.array([0, 0, 1, 1, 1, 2, 3, 3, 4, 4, 4, 4, 5, 6, 6, 7, 7, 7, 8, 9, 9, 9, 10, 10, 11] + list(range(12, 30)) + [30] * 17)
L["groups"] = groups
L["k_fold"] = [te for _, te in KFold(7).split(Xa)]
L["k_fold_shuffled"] = [te for _, te in KFold(4, shuffle=True, random_state=2).split(Xa)]
L["stratified"] = [te for _, te in StratifiedKFold(4).split(Xa, ya)]
L["stratified_shuffled"] = [te for _, te in StratifiedKFold(4, shuffle=True, random_state=9).split(Xa, ya)]
L["stratified_grouped"] = [te for _, te in StratifiedGroupKFold(3).split(Xa, ya, groups)]
L["group_sizes"] = [len(te) for _, te in GroupKFold(3).split(Xa, ya, groups)]
P = v.predict_proba(Zb)
t = np.searchsorted([2, 5, 9], yb)
L["scores"] = {"proba": P, "brier_binary": m.brier_score_loss(yb == 5, P[:, 1]), "log_loss": m.log_loss(yb, P),
               "auc_ovr": m.roc_auc_score(yb, P, multi_class="ovr"), "auc_ovo": m.roc_auc_score(yb, P, multi_class="ovo"),
               "average_precision": m.average_precision_score(yb == 5, P[:, 1])}
oob = RandomForestClassifier(50, random_state=2, oob_score=True).fit(Xa, ya)
L["out_of_bag"] = {"scores": oob.oob_decision_function_, "accuracy": oob.oob_score_}
for name, y_ in (("platt", ya), ("platt_binary", ya == 9)):
    c_ = CalibratedClassifierCV(SVC(tol=1e-9), method="sigmoid", cv=5, ensemble=False).fit(Za, y_)
    L[name] = {"proba": c_.predict_proba(Zb), "a": [k.a_ for k in c_.calibrated_classifiers_[0].calibrators],
               "b": [k.b_ for k in c_.calibrated_classifiers_[0].calibrators]}
out["learners"] = L

# --- more tests: other numbers of a generator of their own, so that those above stay as they are
q = np.random.RandomState(23)
M = {"shapiro": []}
for n_, scale in ((3, 1), (4, 1), (5, 1), (7, 2), (11, 1), (12, 1), (30, 1), (200, 3), (4000, 1)):
    x = np.round(q.normal(5, scale, n_) + (q.exponential(1, n_) if n_ % 2 else 0), 3)
    M["shapiro"].append({"x": x if n_ <= 200 else [], "n": n_, "w": st.shapiro(x).statistic, "p": st.shapiro(x).pvalue}
                        if n_ <= 200 else
                        {"x": [], "n": n_, "w": st.shapiro(np.sqrt(np.arange(1.0, n_ + 1))).statistic,
                         "p": st.shapiro(np.sqrt(np.arange(1.0, n_ + 1))).pvalue})
rows = np.round(q.normal(0, 1, (9, 4)) + [0, 0.3, 0.8, 0], 1)
M["friedman"] = {"rows": rows, "result": [*st.friedmanchisquare(*rows.T)]}
M["chi_squared"] = []
for table in ([[10, 20, 30], [6, 9, 17]], [[12, 5], [3, 9]], [[8, 8], [8, 9]], [[7, 0, 4], [1, 9, 3], [2, 2, 2]]):
    for yates in (True, False):
        c_ = st.chi2_contingency(table, correction=yates)
        M["chi_squared"].append({"table": table, "yates": yates, "result": [c_.statistic, c_.pvalue, c_.dof]})
M["fisher"] = []
for table in ([[12, 5], [3, 9]], [[8, 2], [1, 5]], [[0, 6], [7, 2]], [[100, 2], [1000, 5]], [[3, 0], [0, 4]],
              [[10, 10], [10, 10]], [[2000, 1500], [1900, 1800]]):
    M["fisher"].append({"table": table, "odds": st.fisher_exact(table).statistic,
                        "p": [st.fisher_exact(table, a_).pvalue for a_ in ("two-sided", "less", "greater")]})
out["more"] = M


def plain(o):
    if isinstance(o, dict):
        return {k: plain(x) for k, x in o.items()}
    if isinstance(o, (list, tuple)):
        return [plain(x) for x in o]
    if isinstance(o, np.ndarray):
        return plain(o.tolist())
    if isinstance(o, np.generic):
        return o.item()
    return o


json.dump(plain(out), sys.stdout, separators=(",", ":"))
