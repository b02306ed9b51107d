using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Single instructions in a guest, against the host CPU.</summary>
[Collection(GuestDataUsers.Name)]
public class InstructionTests
{
    private static readonly HashSet<Mnemonic> s_inexact =
    [
        Mnemonic.Rcpps, Mnemonic.Rcpss, Mnemonic.Rsqrtps, Mnemonic.Rsqrtss,
        Mnemonic.Fsin, Mnemonic.Fcos, Mnemonic.Fsincos, Mnemonic.Fptan, Mnemonic.Fpatan, Mnemonic.F2xm1, Mnemonic.Fyl2x, Mnemonic.Fyl2xp1,
    ];

    [NativeFact]
    public void SoftwareDoesWhatTheHostDoes()
    {
        using NativeRunner host = new();
        using BackendRunner software = new(new SoftBackendFactory());
        List<InstructionForm> forms = [.. FormCatalogue.All().Where(form => IsCovered(form) && !s_inexact.Contains(form.Code.Mnemonic()))];
        List<string> failures = FormComparison.Run(forms, host, software, 10, 3);
        Assert.True(failures.Count == 0, $"{forms.Count} forms\n" + string.Join("\n\n", failures));
        Assert.InRange(forms.Count, 1700, int.MaxValue);
    }

    /// <summary>The tables cover the form: some instruction of it gets micro-ops.</summary>
    private static bool IsCovered(InstructionForm form)
    {
        Random random = new(1);
        for (int i = 0; i < 50; i++)
        {
            if (Operands.TryBuild(form, random, out _) is { } instruction)
            {
                FormContext context = new() { Mode = CpuMode.Long64, FlatData = true, StackSize = 8 };
                return Forms.TryDescribe(in instruction, in context, out _);
            }
        }

        return false;
    }
}
