using System.Runtime.CompilerServices;
using VmmEngine.Backends;

namespace VmmEngine.RunLoop;

/// <summary>The elements of an exit that carries out several accesses of a string instruction at once.</summary>
public static unsafe class StringIo
{
    /// <summary>One element, without the bytes above the size.</summary>
    /// <param name="exit">Its count is above <paramref name="index"/>.</param>
    /// <param name="index">From 0.</param>
    public static uint Read(VcpuExit* exit, uint index)
    {
        byte* element = exit->Elements + ((nuint)index * exit->Size);
        return exit->Size switch
        {
            1 => *element,
            2 => Unsafe.ReadUnaligned<ushort>(element),
            _ => Unsafe.ReadUnaligned<uint>(element),
        };
    }

    /// <summary>Puts one element there; bytes above the size are dropped.</summary>
    /// <param name="exit">Its count is above <paramref name="index"/>.</param>
    /// <param name="index">From 0.</param>
    /// <param name="value">The element.</param>
    public static void Write(VcpuExit* exit, uint index, uint value)
    {
        byte* element = exit->Elements + ((nuint)index * exit->Size);
        switch (exit->Size)
        {
            case 1:
                *element = (byte)value;
                break;

            case 2:
                Unsafe.WriteUnaligned(element, (ushort)value);
                break;

            default:
                Unsafe.WriteUnaligned(element, value);
                break;
        }
    }
}
