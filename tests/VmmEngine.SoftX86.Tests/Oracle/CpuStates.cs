namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>User-mode state into a software vCPU and back.</summary>
internal static unsafe class CpuStates
{
    /// <summary>Writes <paramref name="state"/> into the vCPU.</summary>
    public static void Load(Cpu* cpu, in MachineState state)
    {
        for (int i = 0; i < 16; i++)
        {
            if (i != 4)
            {
                cpu->General[i] = state.General[i];
            }
        }

        cpu->FlagKind = 0;
        cpu->Rflags = state.Rflags;
        cpu->Mxcsr = state.Fx.Mxcsr;
        cpu->Fpu.Control = state.Fx.Control;
        cpu->Fpu.Status = state.Fx.Status;
        cpu->Fpu.Tags = state.Fx.Valid;
        for (int i = 0; i < 8; i++)
        {
            int physical = (i + state.Fx.Top) & 7;
            ((UInt128*)cpu->Fpu.Registers)[physical] = state.Fx.Stack[i];
        }

        for (int i = 0; i < 16; i++)
        {
            ((UInt128*)cpu->Xmm)[i] = state.Fx.Xmm[i];
        }
    }

    /// <summary>Reads it back.</summary>
    public static void Store(Cpu* cpu, ref MachineState state)
    {
        for (int i = 0; i < 16; i++)
        {
            state.General[i] = cpu->General[i];
        }

        state.Rflags = Flags.Get(cpu);
        state.Fx.Mxcsr = cpu->Mxcsr;
        state.Fx.Control = cpu->Fpu.Control;
        state.Fx.Status = cpu->Fpu.Status;
        state.Fx.Valid = (byte)cpu->Fpu.Tags;
        for (int i = 0; i < 8; i++)
        {
            state.Fx.Stack[i] = ((UInt128*)cpu->Fpu.Registers)[(i + state.Fx.Top) & 7];
        }

        for (int i = 0; i < 16; i++)
        {
            state.Fx.Xmm[i] = ((UInt128*)cpu->Xmm)[i];
        }
    }
}
