using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Executes forms with random operands on two runners and reports where they differ.</summary>
internal static class FormComparison
{
    private const int TriesPerState = 40;

    /// <summary>At most a few failures a form, each with the instruction, the operands before, and what differs.</summary>
    /// <param name="forms">What to execute.</param>
    /// <param name="expected">The reference.</param>
    /// <param name="actual">What is tested.</param>
    /// <param name="states">How many random states a form.</param>
    /// <param name="seed">Of the random numbers; the same forms get the same states whatever the others are.</param>
    public static List<string> Run(IEnumerable<InstructionForm> forms, IInstructionRunner expected, IInstructionRunner actual, int states, int seed)
    {
        List<string> failures = [];
        byte[] before = new byte[GuestData.Length], expectedData = new byte[GuestData.Length], actualData = new byte[GuestData.Length];
        foreach (InstructionForm form in forms)
        {
            Random random = new(HashCode(form, seed));
            int done = 0, failed = 0;
            for (int i = 0; i < states * TriesPerState && done < states && failed < 2; i++)
            {
                if (Operands.TryBuild(form, random, out byte[] bytes) is not { } instruction
                    || !StatePreparation.TryPrepare(instruction, random, out MachineState state, before))
                {
                    continue;
                }

                done++;
                MachineState right = state, tested = state;
                before.CopyTo(expectedData, 0);
                before.CopyTo(actualData, 0);
                string? stopped = expected.Run(bytes, ref right, expectedData) ?? actual.Run(bytes, ref tested, actualData);
                List<string> differences = stopped is not null
                    ? [stopped]
                    : StateComparison.Compare(instruction, state, right, expectedData, tested, actualData);
                if (differences.Count != 0)
                {
                    failed++;
                    failures.Add($"{form}: {instruction} [{Convert.ToHexString(bytes)}]\n    {string.Join("\n    ", differences)}\n    before: {Describe(instruction, state, before)}");
                }
            }

            if (done < states)
            {
                failures.Add($"{form}: only {done} states");
            }
        }

        return failures;
    }

    private static int HashCode(InstructionForm form, int seed) => ((int)form.Code * 31) + (form.Memory ? 7 : 0) + ((int)form.Prefix * 3) + (seed * 7919);

    private static string Describe(in Instruction instruction, in MachineState state, byte[] data)
    {
        List<string> parts = [$"rflags=0x{state.Rflags:x}", $"mxcsr=0x{state.Fx.Mxcsr:x}", $"fcw=0x{state.Fx.Control:x}", $"fsw=0x{state.Fx.Status:x}", $"ftw=0x{state.Fx.Valid:x}"];
        for (int i = 0; i < instruction.OpCount; i++)
        {
            if (instruction.GetOpKind(i) == OpKind.Register)
            {
                Register register = instruction.GetOpRegister(i);
                parts.Add($"{register}=0x{ValueOf(state, register):x}");
            }
        }

        foreach (UsedMemory memory in new InstructionInfoFactory().GetInfo(instruction).GetUsedMemory())
        {
            int offset = (int)(StatePreparation.AddressOf(memory, state) - GuestData.Address);
            parts.Add($"memory +0x{offset:x}={BitConverter.ToUInt128(data, offset):x}");
        }

        return string.Join(' ', parts);
    }

    private static UInt128 ValueOf(in MachineState state, Register register) => register switch
    {
        >= Register.XMM0 and <= Register.XMM15 => state.Fx.Xmm[register - Register.XMM0],
        >= Register.MM0 and <= Register.MM7 => state.Fx.Stack[((register - Register.MM0) - state.Fx.Top) & 7] & ulong.MaxValue,
        >= Register.ST0 and <= Register.ST7 => state.Fx.Stack[register - Register.ST0] & ((UInt128.One << 80) - 1),
        _ => StatePreparation.ReadRegister(state, register),
    };
}
