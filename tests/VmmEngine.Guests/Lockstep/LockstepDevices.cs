namespace VmmEngine.Guests.Lockstep;

/// <summary>The devices that both sides share: asked once for each access that both have made, so that both get the same answer.</summary>
public class LockstepDevices
{
    private const ulong ExitPort = 0xF4;
    private const ulong LineStatus = 0x3FD;
    private const byte TransmitterEmpty = 0x60;

    /// <summary>The guest has written its status to the exit port.</summary>
    public bool IsEnded { get; protected set; }

    /// <summary>What a read gives; the bytes above its size do not count. Nobody's is all ones.</summary>
    public virtual ulong Read(in GuestAccess access) => access.Address == LineStatus ? TransmitterEmpty : ulong.MaxValue;

    /// <summary>Takes a write.</summary>
    public virtual void Write(in GuestAccess access) => IsEnded |= access.Address == ExitPort;
}
