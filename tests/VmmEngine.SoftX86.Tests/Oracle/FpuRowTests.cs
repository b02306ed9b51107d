using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

[Collection(GuestDataUsers.Name)]
public class FpuRowTests
{
    /// <summary>Compared with a tolerance elsewhere.</summary>
    private static readonly HashSet<Mnemonic> s_transcendental =
    [
        Mnemonic.Fsin, Mnemonic.Fcos, Mnemonic.Fsincos, Mnemonic.Fptan, Mnemonic.Fpatan, Mnemonic.F2xm1, Mnemonic.Fyl2x, Mnemonic.Fyl2xp1,
    ];

    [NativeFact]
    public void FpuFunctionsDoWhatTheHostDoes()
    {
        using NativeRunner host = new();
        using RowRunner rows = new("fpu.ops");
        HashSet<string> codes = [.. rows.Codes];
        List<InstructionForm> forms = [.. FormCatalogue.All().Where(form => codes.Contains(form.Code.ToString()) && !s_transcendental.Contains(form.Code.Mnemonic()))];
        List<string> failures = FormComparison.Run(forms, host, rows, 100, 7);
        Assert.True(failures.Count == 0, string.Join("\n\n", failures));
        Assert.InRange(forms.Count, 115, 140);
    }
}
