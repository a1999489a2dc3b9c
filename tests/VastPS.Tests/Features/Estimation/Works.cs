using VastPS.Features.Estimation;

namespace VastPS.Tests.Features.Estimation;

/// <summary>Workloads for the tests of the estimator, in BF16 where a test does not say otherwise; null says nothing.</summary>
internal static class Works
{
    public static VastWorkload Of(string model, VastRunMethod method, Action<WorkloadDraft>? more = null)
    {
        var draft = new WorkloadDraft();
        CatalogueEntry entry = ModelCatalogue.Find(model);
        draft.Take(entry.Name, entry.Card);
        (draft.Method, draft.Precision) = (method, VastPrecision.BF16);
        more?.Invoke(draft);
        return draft.Build();
    }

    public static VastWorkload Custom(long parameters, ModelShape shape, VastRunMethod method, Action<WorkloadDraft>? more = null)
    {
        var draft = new WorkloadDraft();
        draft.Take("custom", shape);
        draft.ParameterCount = parameters;
        (draft.Method, draft.Precision) = (method, VastPrecision.BF16);
        more?.Invoke(draft);
        return draft.Build();
    }
}
