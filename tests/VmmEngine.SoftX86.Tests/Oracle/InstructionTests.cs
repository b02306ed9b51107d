using Iced.Intel;
using VmmEngine.Kvm;
using VmmEngine.Tests.Shared;

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

    /// <summary>An emulating KVM clears the upper half of CMPXCHG's 32-bit destination also when the comparison fails; processors do not.</summary>
    private static readonly HashSet<Mnemonic> s_kvmDiffers = [Mnemonic.Cmpxchg];

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

    /// <summary>
    /// A KVM that emulates instead of virtualizing ends with an internal error at what it does not know: such forms are left out, but not many others.
    /// </summary>
    [KvmFact]
    public void SoftwareDoesWhatKvmDoes()
    {
        using BackendRunner kvm = new(new KvmBackendFactory(new KvmOptions { KernelIrqchip = false }));
        using BackendRunner software = new(new SoftBackendFactory());
        List<InstructionForm> forms = [.. FormCatalogue.All().Where(form =>
            IsCovered(form) && !s_inexact.Contains(form.Code.Mnemonic()) && !s_kvmDiffers.Contains(form.Code.Mnemonic()) && Executes(kvm, form))];
        List<string> failures = FormComparison.Run(forms, kvm, software, 2, 5);
        Assert.True(failures.Count == 0, $"{forms.Count} forms\n" + string.Join("\n\n", failures));
        Assert.InRange(forms.Count, 1000, int.MaxValue);
    }

    /// <summary>Three random states, and every one is executed to its end.</summary>
    private static bool Executes(BackendRunner runner, InstructionForm form)
    {
        Random random = new(2);
        byte[] data = new byte[GuestData.Length];
        int done = 0;
        for (int i = 0; i < 200 && done < 3; i++)
        {
            if (Operands.TryBuild(form, random, out byte[] bytes) is not { } instruction
                || !StatePreparation.TryPrepare(instruction, random, out MachineState state, data))
            {
                continue;
            }

            if (runner.Run(bytes, ref state, data) is not null)
            {
                return false;
            }

            done++;
        }

        return true;
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
