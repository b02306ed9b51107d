using Iced.Intel;
using VmmEngine.SoftX86.Tests.Oracle;

namespace VmmEngine.SoftX86.Tests.Selection;

[Collection(GuestDataUsers.Name)]
public class IntegerFormTests
{
    private static readonly HashSet<CpuidFeature> Vector = [CpuidFeature.SSE, CpuidFeature.SSE2, CpuidFeature.MMX, CpuidFeature.FPU, CpuidFeature.FPU287, CpuidFeature.FPU387];

    private static List<InstructionForm> Forms => [.. FormCatalogue.All().Where(form => !form.Code.CpuidFeatures().Any(Vector.Contains))];

    [NativeFact]
    public void IntegerFormsDoWhatTheHostDoes()
    {
        using NativeRunner host = new();
        using FormRunner forms = new();
        List<InstructionForm> tested = Forms;
        List<string> failures = FormComparison.Run(tested, host, forms, 40, 1);
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        Assert.InRange(tested.Count, 500, int.MaxValue);
    }

    /// <summary>A handler chosen because nobody reads the flags computes the same result.</summary>
    [NativeFact]
    public void FormsWithDeadFlagsHaveTheSameResults()
    {
        using NativeRunner host = new();
        using FormRunner forms = new() { LiveFlags = 0 };
        List<string> failures = FormComparison.Run(Forms, new WithoutFlags(host), new WithoutFlags(forms), 20, 2);
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
    }
}
