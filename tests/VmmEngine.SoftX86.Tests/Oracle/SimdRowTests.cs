using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

[Collection(GuestDataUsers.Name)]
public class SimdRowTests
{
    /// <summary>RCPPS and RSQRTPS: every processor model has its own bits.</summary>
    private static readonly HashSet<Mnemonic> s_approximate = [Mnemonic.Rcpps, Mnemonic.Rcpss, Mnemonic.Rsqrtps, Mnemonic.Rsqrtss];

    [NativeFact]
    public void SimdFunctionsDoWhatTheHostDoes()
    {
        using NativeRunner host = new();
        using RowRunner rows = new("simd.ops");
        HashSet<string> codes = [.. rows.Codes];
        List<InstructionForm> forms = [.. FormCatalogue.All().Where(form => codes.Contains(form.Code.ToString()) && !s_approximate.Contains(form.Code.Mnemonic()))];
        List<string> failures = FormComparison.Run(forms, host, rows, 40, 7);
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        Assert.InRange(forms.Count, 480, 600);
    }
}
