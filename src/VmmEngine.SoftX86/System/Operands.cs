using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>Operands of instructions that are carried out by a function instead of a generated handler.</summary>
internal static unsafe class Operands
{
    /// <summary>A general register.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="offset">Its place in <see cref="Cpu"/>, from the micro-op.</param>
    /// <param name="size">Bytes: 1, 2, 4 or 8.</param>
    public static ulong ReadRegister(Cpu* cpu, int offset, int size)
    {
        byte* place = (byte*)cpu + offset;
        return size switch
        {
            1 => *place,
            2 => Unsafe.ReadUnaligned<ushort>(place),
            4 => Unsafe.ReadUnaligned<uint>(place),
            _ => Unsafe.ReadUnaligned<ulong>(place),
        };
    }

    /// <summary>Writes a general register; 4 bytes clear the upper half, 1 and 2 leave the rest.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="offset">Its place in <see cref="Cpu"/>, from the micro-op.</param>
    /// <param name="value">The value; bytes above the size are ignored.</param>
    /// <param name="size">Bytes: 1, 2, 4 or 8.</param>
    public static void WriteRegister(Cpu* cpu, int offset, ulong value, int size)
    {
        byte* place = (byte*)cpu + offset;
        switch (size)
        {
            case 1:
                *place = (byte)value;
                break;

            case 2:
                Unsafe.WriteUnaligned(place, (ushort)value);
                break;

            case 4:
                Unsafe.WriteUnaligned(place, (ulong)(uint)value);
                break;

            default:
                Unsafe.WriteUnaligned(place, value);
                break;
        }
    }

    /// <summary>Reads an operand that is a register (the place given) or memory.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryRead(Cpu* cpu, MicroOp* op, int register, int size, out ulong value)
    {
        if ((op->Flags & OpFlags.Memory) == 0)
        {
            value = ReadRegister(cpu, register, size);
            return true;
        }

        return TryReadMemory(cpu, cpu->EffectiveAddress, size, Access.Read, out value);
    }

    /// <summary>Writes an operand that is a register (the place given) or memory.</summary>
    /// <param name="cpu">The vCPU.</param>
    /// <param name="op">Says which of the two.</param>
    /// <param name="register">The register's place in <see cref="Cpu"/>.</param>
    /// <param name="value">The value.</param>
    /// <param name="registerSize">Bytes, if it is a register.</param>
    /// <param name="memorySize">Bytes, if it is memory.</param>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryWrite(Cpu* cpu, MicroOp* op, int register, ulong value, int registerSize, int memorySize)
    {
        if ((op->Flags & OpFlags.Memory) == 0)
        {
            WriteRegister(cpu, register, value, registerSize);
            return true;
        }

        return TryWriteMemory(cpu, cpu->EffectiveAddress, value, memorySize, Access.Write);
    }

    /// <summary>Reads 1, 2, 4 or 8 bytes at a linear address, zero-extended.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryReadMemory(Cpu* cpu, ulong linear, int size, Access access, out ulong value)
    {
        bool ok;
        switch (size)
        {
            case 1:
                ok = LinearMemory.TryRead(cpu, linear, out byte byteValue, access);
                value = byteValue;
                return ok;

            case 2:
                ok = LinearMemory.TryRead(cpu, linear, out ushort word, access);
                value = word;
                return ok;

            case 4:
                ok = LinearMemory.TryRead(cpu, linear, out uint doubleWord, access);
                value = doubleWord;
                return ok;

            default:
                return LinearMemory.TryRead(cpu, linear, out value, access);
        }
    }

    /// <summary>Writes the low 1, 2, 4 or 8 bytes of a value to a linear address.</summary>
    /// <returns>False: an exception is recorded.</returns>
    public static bool TryWriteMemory(Cpu* cpu, ulong linear, ulong value, int size, Access access) => size switch
    {
        1 => LinearMemory.TryWrite(cpu, linear, (byte)value, access),
        2 => LinearMemory.TryWrite(cpu, linear, (ushort)value, access),
        4 => LinearMemory.TryWrite(cpu, linear, (uint)value, access),
        _ => LinearMemory.TryWrite(cpu, linear, value, access),
    };
}
