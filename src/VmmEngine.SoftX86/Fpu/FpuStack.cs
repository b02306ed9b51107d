namespace VmmEngine.SoftX86;

/// <summary>The x87 register stack: ST(i) is physical register TOP + i modulo 8.</summary>
internal static unsafe class FpuStack
{
    /// <summary>The physical number of ST(<paramref name="index"/>).</summary>
    public static int Physical(Cpu* cpu, int index) => ((cpu->Fpu.Status >> FpuStatus.TopShift) + index) & 7;

    /// <summary>ST(i) holds nothing: reading it is a stack underflow, pushing onto it an overflow.</summary>
    public static bool IsEmpty(Cpu* cpu, int index) => (cpu->Fpu.Tags & (1 << Physical(cpu, index))) == 0;

    /// <summary>ST(i), whether it is empty or not.</summary>
    public static FloatNumber Read(Cpu* cpu, int index)
    {
        ulong* register = cpu->Fpu.Registers + (2 * Physical(cpu, index));
        return FloatEncoding.FromExtended((ushort)register[1], register[0]);
    }

    /// <summary>Writes ST(i), which is then not empty.</summary>
    public static void Write(Cpu* cpu, int index, in FloatNumber value)
    {
        (ushort signAndExponent, ulong mantissa) = FloatEncoding.ToExtended(value);
        WriteRaw(cpu, index, signAndExponent, mantissa);
    }

    /// <summary>Writes ST(i) as it is encoded.</summary>
    public static void WriteRaw(Cpu* cpu, int index, ulong signAndExponent, ulong mantissa)
    {
        int physical = Physical(cpu, index);
        cpu->Fpu.Registers[2 * physical] = mantissa;
        cpu->Fpu.Registers[(2 * physical) + 1] = signAndExponent;
        cpu->Fpu.Tags |= (ushort)(1 << physical);
    }

    /// <summary>Marks ST(i) empty.</summary>
    public static void Free(Cpu* cpu, int index) => cpu->Fpu.Tags &= (ushort)~(1 << Physical(cpu, index));

    /// <summary>Empties ST(0) and moves TOP up.</summary>
    public static void Pop(Cpu* cpu)
    {
        Free(cpu, 0);
        Rotate(cpu, 1);
    }

    /// <summary>Adds to TOP.</summary>
    public static void Rotate(Cpu* cpu, int distance)
    {
        int top = ((cpu->Fpu.Status >> FpuStatus.TopShift) + distance) & 7;
        cpu->Fpu.Status = (ushort)((cpu->Fpu.Status & ~FpuStatus.TopMask) | (top << FpuStatus.TopShift));
    }

    /// <summary>Pushes a value; onto a register that is not empty, it is the default NaN (or, unmasked, nothing at all).</summary>
    public static void Push(Cpu* cpu, in FloatNumber value)
    {
        (ushort signAndExponent, ulong mantissa) = FloatEncoding.ToExtended(value);
        PushRaw(cpu, signAndExponent, mantissa);
    }

    /// <summary>The same for a value as it is encoded.</summary>
    public static void PushRaw(Cpu* cpu, ulong signAndExponent, ulong mantissa)
    {
        if (!IsEmpty(cpu, 7))
        {
            if (!FpuExceptions.TryStackFault(cpu, true))
            {
                return;
            }

            (signAndExponent, mantissa) = FloatEncoding.ToExtended(FloatNumber.Indefinite);
        }

        Rotate(cpu, -1);
        WriteRaw(cpu, 0, signAndExponent, mantissa);
    }
}
