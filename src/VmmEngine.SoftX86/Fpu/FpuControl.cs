namespace VmmEngine.SoftX86;

/// <summary>x87 control instructions. The ones whose mnemonic has an N do not wait: an exception left behind does not stop them.</summary>
internal static unsafe class FpuControl
{
    /// <summary>All exceptions masked, 64 bits of precision, round to nearest: FNINIT's control word.</summary>
    public const ushort Initial = 0x037F;

    /// <summary>Bits of the control word that can be written, and the one that is always set.</summary>
    private const ushort Writable = 0x1F3F, AlwaysSet = 0x40;

    private const ulong Blocking = Cr0Bits.Emulation | Cr0Bits.TaskSwitched;

    public static Step Fninit(Cpu* cpu, MicroOp* op)
    {
        if (!MayUse(cpu, false))
        {
            return Step.Fault;
        }

        Initialize(cpu);
        return Step.Next;
    }

    public static Step Fnclex(Cpu* cpu, MicroOp* op)
    {
        if (!MayUse(cpu, false))
        {
            return Step.Fault;
        }

        const int Cleared = FpuStatus.Exceptions | FpuStatus.StackFault | FpuStatus.ErrorSummary | FpuStatus.Busy;
        cpu->Fpu.Status &= unchecked((ushort)~Cleared);
        return Step.Next;
    }

    public static Step Fnstcw(Cpu* cpu, MicroOp* op) =>
        MayUse(cpu, false) && LinearMemory.TryWrite(cpu, cpu->EffectiveAddress, cpu->Fpu.Control, Access.Write) ? Step.Next : Step.Fault;

    public static Step Fnstsw(Cpu* cpu, MicroOp* op) =>
        MayUse(cpu, false) && LinearMemory.TryWrite(cpu, cpu->EffectiveAddress, cpu->Fpu.Status, Access.Write) ? Step.Next : Step.Fault;

    /// <summary>FNSTSW AX.</summary>
    public static Step FnstswAx(Cpu* cpu, MicroOp* op)
    {
        if (!MayUse(cpu, false))
        {
            return Step.Fault;
        }

        Operands.WriteRegister(cpu, op->Destination, cpu->Fpu.Status, sizeof(ushort));
        return Step.Next;
    }

    /// <summary>FLDCW. An exception that is no longer masked waits for the next instruction, as if it had happened now.</summary>
    public static Step Fldcw(Cpu* cpu, MicroOp* op)
    {
        if (!MayUse(cpu, true) || !LinearMemory.TryRead(cpu, cpu->EffectiveAddress, out ushort value, Access.Read))
        {
            return Step.Fault;
        }

        LoadControl(cpu, value);
        return Step.Next;
    }

    /// <summary>WAIT obeys CR0.TS only together with CR0.MP.</summary>
    public static Step Wait(Cpu* cpu, MicroOp* op)
    {
        const ulong Both = Cr0Bits.MonitorCoprocessor | Cr0Bits.TaskSwitched;
        return (cpu->Cr0 & Both) == Both ? Faults.Raise(cpu, Vectors.DeviceNotAvailable)
            : (cpu->Fpu.Status & FpuStatus.ErrorSummary) != 0 ? Faults.Raise(cpu, Vectors.FloatingPoint)
            : Step.Next;
    }

    /// <summary>EMMS: all registers empty. An MMX instruction: CR0.EM is #UD.</summary>
    public static Step Emms(Cpu* cpu, MicroOp* op)
    {
        if ((cpu->Cr0 & Cr0Bits.Emulation) != 0)
        {
            return Faults.Undefined(cpu);
        }

        if (!MayUse(cpu, true))
        {
            return Step.Fault;
        }

        cpu->Fpu.Tags = 0;
        return Step.Next;
    }

    /// <summary>Records #NM, or #MF where the instruction waits, if x87 may not be used now.</summary>
    public static bool MayUse(Cpu* cpu, bool waits)
    {
        if ((cpu->Cr0 & Blocking) != 0)
        {
            _ = Faults.Raise(cpu, Vectors.DeviceNotAvailable);
            return false;
        }

        if (waits && (cpu->Fpu.Status & FpuStatus.ErrorSummary) != 0)
        {
            _ = Faults.Raise(cpu, Vectors.FloatingPoint);
            return false;
        }

        return true;
    }

    /// <summary>The state after FNINIT: control and status, everything empty; the registers' contents stay.</summary>
    public static void Initialize(Cpu* cpu)
    {
        cpu->Fpu.Control = Initial;
        cpu->Fpu.Status = 0;
        cpu->Fpu.Tags = 0;
        cpu->Fpu.Opcode = 0;
        cpu->Fpu.InstructionPointer = 0;
        cpu->Fpu.DataPointer = 0;
    }

    /// <summary>Writes the control word, and what follows from it in the status word.</summary>
    public static void LoadControl(Cpu* cpu, ushort value)
    {
        cpu->Fpu.Control = (ushort)((value & Writable) | AlwaysSet);
        FpuExceptions.Summarize(cpu);
    }
}
