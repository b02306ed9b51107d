using System.Runtime.Intrinsics;
using static VmmEngine.SoftX86.Lanes;

namespace VmmEngine.SoftX86;

/// <summary>Additions and subtractions that stop at the ends of the range.</summary>
internal static unsafe class PackedSaturating
{
    public static Step AddSignedBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<sbyte> a = Of<sbyte>(d), b = Of<sbyte>(s), sum = a + b;
        return Put(d, Select(Vector128.LessThan((a ^ sum) & (b ^ sum), default), Limit(a), sum));
    }

    public static Step AddSignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<short> a = Of<short>(d), b = Of<short>(s), sum = a + b;
        return Put(d, Select(Vector128.LessThan((a ^ sum) & (b ^ sum), default), Limit(a), sum));
    }

    public static Step SubtractSignedBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<sbyte> a = Of<sbyte>(d), b = Of<sbyte>(s), difference = a - b;
        return Put(d, Select(Vector128.LessThan((a ^ b) & (a ^ difference), default), Limit(a), difference));
    }

    public static Step SubtractSignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<short> a = Of<short>(d), b = Of<short>(s), difference = a - b;
        return Put(d, Select(Vector128.LessThan((a ^ b) & (a ^ difference), default), Limit(a), difference));
    }

    public static Step AddUnsignedBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<byte> a = Of<byte>(d), sum = a + Of<byte>(s);
        return Put(d, sum | Vector128.LessThan(sum, a));
    }

    public static Step AddUnsignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<ushort> a = Of<ushort>(d), sum = a + Of<ushort>(s);
        return Put(d, sum | Vector128.LessThan(sum, a));
    }

    public static Step SubtractUnsignedBytes(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<byte> a = Of<byte>(d), b = Of<byte>(s);
        return Put(d, (a - b) & Vector128.GreaterThan(a, b));
    }

    public static Step SubtractUnsignedWords(Cpu* cpu, MicroOp* op, byte* d, byte* s)
    {
        Vector128<ushort> a = Of<ushort>(d), b = Of<ushort>(s);
        return Put(d, (a - b) & Vector128.GreaterThan(a, b));
    }

    /// <summary>The end of the range on the side of <paramref name="a"/>'s sign.</summary>
    private static Vector128<sbyte> Limit(Vector128<sbyte> a) => Vector128.ShiftRightArithmetic(a, 7) ^ Vector128.Create((sbyte)0x7F);

    private static Vector128<short> Limit(Vector128<short> a) => Vector128.ShiftRightArithmetic(a, 15) ^ Vector128.Create((short)0x7FFF);

    private static Vector128<T> Select<T>(Vector128<T> condition, Vector128<T> left, Vector128<T> right) =>
        Vector128.ConditionalSelect(condition, left, right);
}
