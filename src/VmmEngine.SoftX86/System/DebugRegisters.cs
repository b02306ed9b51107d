namespace VmmEngine.SoftX86;

/// <summary>MOV to and from DR0 to DR7.</summary>
internal static unsafe class DebugRegisters
{
    /// <summary>MOV r, DRn: the debug register is the source.</summary>
    public static Step Read(Cpu* cpu, MicroOp* op)
    {
        if (!TryPrepare(cpu, op->Source, out int index))
        {
            return Step.Fault;
        }

        Operands.WriteRegister(cpu, op->Destination, cpu->Debug[index], Modes.Is64Bit(cpu) ? 8 : 4);
        return Step.Next;
    }

    /// <summary>MOV DRn, r: the debug register is the destination.</summary>
    public static Step Write(Cpu* cpu, MicroOp* op)
    {
        if (!TryPrepare(cpu, op->Destination, out int index))
        {
            return Step.Fault;
        }

        ulong value = Operands.ReadRegister(cpu, op->Source, Modes.Is64Bit(cpu) ? 8 : 4);
        if (index >= 6)
        {
            if (value >> 32 != 0)
            {
                return Faults.Protection(cpu);
            }

            value = index == 6 ? (value & DebugBits.StatusWritable) | DebugBits.StatusFixed : (value & ~DebugBits.ControlReserved) | DebugBits.ControlFixed;
        }

        cpu->Debug[index] = value;
        Breakpoints.Update(cpu);
        cpu->Rip = Addresses.Next(cpu, op);
        return Step.EndBlock;
    }

    private static bool TryPrepare(Cpu* cpu, int number, out int index)
    {
        index = number;
        if (number is 4 or 5)
        {
            if ((cpu->Cr4 & Cr4Bits.DebuggingExtensions) != 0)
            {
                Faults.Undefined(cpu);
                return false;
            }

            index += 2;
        }

        if (number > 7)
        {
            Faults.Undefined(cpu);
            return false;
        }

        if (cpu->Cpl != 0)
        {
            Faults.Protection(cpu);
            return false;
        }

        if ((cpu->Debug[7] & DebugBits.GeneralDetect) != 0)
        {
            cpu->Debug[6] |= DebugBits.AccessDetected;
            Faults.Raise(cpu, Vectors.Debug);
            return false;
        }

        return true;
    }
}
