using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>
/// The user-mode instruction forms of 64-bit mode whose result depends on nothing but registers, flags and a data operand, from Iced's list of
/// encodings: no control transfer, no stack (RSP is the runner's), no privileged or system instruction.
/// </summary>
internal static class FormCatalogue
{
    private static readonly HashSet<CpuidFeature> s_features =
    [
        CpuidFeature.INTEL8086, CpuidFeature.INTEL186, CpuidFeature.INTEL286, CpuidFeature.INTEL386, CpuidFeature.INTEL486, CpuidFeature.X64,
        CpuidFeature.CMOV, CpuidFeature.CX8, CpuidFeature.CMPXCHG16B, CpuidFeature.MULTIBYTENOP, CpuidFeature.FPU, CpuidFeature.FPU287,
        CpuidFeature.FPU387, CpuidFeature.MMX, CpuidFeature.SSE, CpuidFeature.SSE2,
    ];

    /// <summary>Not functions of their operands, or able to fault whatever these are, or images with fields that processors fill differently.</summary>
    private static readonly HashSet<Mnemonic> s_excluded =
    [
        Mnemonic.Cpuid, Mnemonic.Rdtsc, Mnemonic.In, Mnemonic.Out, Mnemonic.Sldt, Mnemonic.Str, Mnemonic.Smsw, Mnemonic.Sgdt, Mnemonic.Sidt,
        Mnemonic.Lar, Mnemonic.Lsl, Mnemonic.Verr, Mnemonic.Verw, Mnemonic.Cli, Mnemonic.Sti, Mnemonic.Lfs, Mnemonic.Lgs, Mnemonic.Lss,
        Mnemonic.Rdpmc, Mnemonic.Ud0, Mnemonic.Ud1, Mnemonic.Ud2, Mnemonic.Hlt, Mnemonic.Clflush, Mnemonic.Rdsspd, Mnemonic.Rdsspq,
        Mnemonic.Insb, Mnemonic.Insw, Mnemonic.Insd, Mnemonic.Outsb, Mnemonic.Outsw, Mnemonic.Outsd, Mnemonic.Reservednop,
        Mnemonic.Fxsave, Mnemonic.Fxsave64, Mnemonic.Fxrstor, Mnemonic.Fxrstor64, Mnemonic.Fldenv, Mnemonic.Fnstenv, Mnemonic.Fstenv,
        Mnemonic.Fnsave, Mnemonic.Fsave, Mnemonic.Frstor, Mnemonic.Fstdw, Mnemonic.Fstsg, Mnemonic.Frstpm, Mnemonic.Fsetpm,
        Mnemonic.Fnsetpm, Mnemonic.Fndisi, Mnemonic.Fneni, Mnemonic.Fdisi, Mnemonic.Feni,
        // FWAIT and an instruction: two instructions.
        Mnemonic.Fstcw, Mnemonic.Fclex, Mnemonic.Finit, Mnemonic.Fstsw,

        // AMD makes the top of the stack 0, Intel leaves it.
        Mnemonic.Emms,
    ];

    private static readonly HashSet<Mnemonic> s_repeated =
    [
        Mnemonic.Movsb, Mnemonic.Movsw, Mnemonic.Movsd, Mnemonic.Movsq, Mnemonic.Stosb, Mnemonic.Stosw, Mnemonic.Stosd, Mnemonic.Stosq,
        Mnemonic.Lodsb, Mnemonic.Lodsw, Mnemonic.Lodsd, Mnemonic.Lodsq,
    ];

    private static readonly HashSet<Mnemonic> s_searching =
    [
        Mnemonic.Cmpsb, Mnemonic.Cmpsw, Mnemonic.Cmpsd, Mnemonic.Cmpsq, Mnemonic.Scasb, Mnemonic.Scasw, Mnemonic.Scasd, Mnemonic.Scasq,
    ];

    /// <summary>All forms that can be built.</summary>
    public static IEnumerable<InstructionForm> All() => Enum.GetValues<Code>().Where(IsCovered).SelectMany(Forms);

    private static bool IsCovered(Code code)
    {
        OpCodeInfo info = code.ToOpCode();
        if (!info.IsInstruction || !info.Mode64 || info.IsPrivileged || info.IsStackInstruction() || s_excluded.Contains(code.Mnemonic()))
        {
            return false;
        }

        Instruction probe = default;
        probe.Code = code;
        if (probe.FlowControl != FlowControl.Next || !code.CpuidFeatures().All(s_features.Contains))
        {
            return false;
        }

        for (int i = 0; i < info.OpCount; i++)
        {
            if (info.GetOpKind(i) is OpCodeOperandKind.seg_reg or OpCodeOperandKind.cr_reg or OpCodeOperandKind.dr_reg or OpCodeOperandKind.tr_reg
                or OpCodeOperandKind.cs or OpCodeOperandKind.ds or OpCodeOperandKind.es or OpCodeOperandKind.fs or OpCodeOperandKind.gs
                or OpCodeOperandKind.ss)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsStackInstruction(this OpCodeInfo info) => info.Code.IsStackInstruction();

    private static bool IsStackInstruction(this Code code)
    {
        Instruction probe = default;
        probe.Code = code;
        return probe.IsStackInstruction;
    }

    private static IEnumerable<InstructionForm> Forms(Code code)
    {
        OpCodeInfo info = code.ToOpCode();
        OpCodeOperandKind[] kinds = [.. Enumerable.Range(0, info.OpCount).Select(info.GetOpKind)];
        bool memory = kinds.Any(Operands.MayBeMemory), register = !kinds.Any(Operands.IsMemoryOnly);
        if (register)
        {
            yield return new InstructionForm(code, false, FormPrefix.None);
        }

        if (memory)
        {
            yield return new InstructionForm(code, true, FormPrefix.None);
            if (info.CanUseLockPrefix)
            {
                yield return new InstructionForm(code, true, FormPrefix.Lock);
            }
        }

        // MOVSD and CMPSD name SSE instructions too; the string instructions address through RSI and RDI.
        if (kinds.Any(Operands.IsString))
        {
            if (s_repeated.Contains(code.Mnemonic()) || s_searching.Contains(code.Mnemonic()))
            {
                yield return new InstructionForm(code, true, FormPrefix.Rep);
            }

            if (s_searching.Contains(code.Mnemonic()))
            {
                yield return new InstructionForm(code, true, FormPrefix.Repne);
            }
        }
    }
}
