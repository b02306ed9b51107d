namespace VmmEngine.Devices;

/// <summary>
/// What a BSD kernel does with an ioctl before the device sees it. The errno numbers used here are the same in FreeBSD and OpenBSD.
/// </summary>
public static unsafe class BsdIoctl
{
    private const uint Void = 0x2000_0000;
    private const uint Out = 0x4000_0000;
    private const uint In = 0x8000_0000;
    private const int SizeShift = 16;
    private const uint SizeMask = 0x1FFF;

    private const int EFAULT = 14;
    private const int ENOTTY = 25;

    /// <summary>Checks, in this order, that the word is well formed (ENOTTY) and that an argument to be copied in is there (EFAULT).</summary>
    /// <returns>0 or the errno.</returns>
    public static int Check(uint command, void* argument)
    {
        uint size = (command >> SizeShift) & SizeMask;
        if ((command & Void) != 0)
        {
            return CheckVoid(command, size, argument);
        }

        if ((command & (In | Out)) == 0 || size == 0)
        {
            return ENOTTY;
        }

        return (command & In) != 0 && ArgumentCopy.IsNowhere(argument) ? EFAULT : 0;
    }

    // A word may combine Void with a direction: then its size must please both.
    private static int CheckVoid(uint command, uint size, void* argument) => (command & (In | Out)) == 0
        ? (size is 0 or sizeof(int) ? 0 : ENOTTY)
        : size != sizeof(int) ? ENOTTY
        : (command & In) != 0 && ArgumentCopy.IsNowhere(argument) ? EFAULT : 0;
}
